/**
 * Replicated data for applications: maps whose every write is decided by the group, and that can be
 * watched without losing a change.
 *
 * <p>{@link dev.synod.data.ReplicatedMap} is what applications use. {@link
 * dev.synod.data.MapMachine} is the state machine behind it, with raw bytes for values, for those
 * who serve many watchers from one member.
 */
@NullMarked
package dev.synod.data;

import org.jspecify.annotations.NullMarked;
