/**
 * The durable log and the snapshots of one member, which survive a crash of its process and its
 * machine.
 *
 * <p>{@link dev.synod.storage.Store} is the entry point. The log behind it, {@link
 * dev.synod.storage.log.Log}, writes, forces, rolls and recovers without threads of its own, so
 * that a simulator can drive it; the group commit runs it on a thread.
 */
@NullMarked
package dev.synod.storage;

import org.jspecify.annotations.NullMarked;
