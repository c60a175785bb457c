/** The log: segments, batches, records, and recovery. */
@NullMarked
package dev.synod.storage.log;

import org.jspecify.annotations.NullMarked;
