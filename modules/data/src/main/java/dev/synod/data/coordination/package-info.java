/** The state machine behind counters, registers, latches, locks, semaphores and elections. */
@NullMarked
package dev.synod.data.coordination;

import org.jspecify.annotations.NullMarked;
