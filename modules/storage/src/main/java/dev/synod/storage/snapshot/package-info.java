/** The snapshots of a store, on disk or in memory. */
@NullMarked
package dev.synod.storage.snapshot;

import org.jspecify.annotations.NullMarked;
