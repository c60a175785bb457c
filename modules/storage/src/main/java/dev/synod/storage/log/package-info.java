/**
 * The log: segments, batches, records and recovery. {@link dev.synod.storage.log.Log} is its entry
 * point.
 */
@NullMarked
package dev.synod.storage.log;

import org.jspecify.annotations.NullMarked;
