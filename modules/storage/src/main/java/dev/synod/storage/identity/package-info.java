/** The identity of a store: whose promises a directory holds, and how often it was opened. */
@NullMarked
package dev.synod.storage.identity;

import org.jspecify.annotations.NullMarked;
