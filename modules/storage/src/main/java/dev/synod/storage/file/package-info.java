/** Files as the store needs them, how their pages are laid out, and how a store fails. */
@NullMarked
package dev.synod.storage.file;

import org.jspecify.annotations.NullMarked;
