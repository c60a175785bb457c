/** The options of a store. */
@NullMarked
package dev.synod.storage.config;

import org.jspecify.annotations.NullMarked;
