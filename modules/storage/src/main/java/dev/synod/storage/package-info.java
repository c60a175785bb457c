/**
 * The durable log of one member: what it promised, accepted and learned survives its process, and
 * its machine.
 *
 * <p>{@link dev.synod.storage.Store} is the door. Behind it {@link dev.synod.storage.Log} writes,
 * forces, rolls and recovers without threads of its own, so that a simulator can drive it; the
 * group commit puts it on a thread.
 */
@NullMarked
package dev.synod.storage;

import org.jspecify.annotations.NullMarked;
