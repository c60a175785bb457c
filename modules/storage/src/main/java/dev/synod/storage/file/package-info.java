/**
 * The file system as the store uses it, the layout of file pages, and {@link
 * dev.synod.storage.file.StorageException}, the error of a store.
 */
@NullMarked
package dev.synod.storage.file;

import org.jspecify.annotations.NullMarked;
