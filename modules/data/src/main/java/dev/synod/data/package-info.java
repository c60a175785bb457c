/**
 * Replicated data structures for applications. {@link dev.synod.data.ReplicatedMap} is a map with
 * typed values: the group decides every write, and a watch delivers every change. The package
 * {@link dev.synod.data.map} holds the state machine behind it, which works on raw bytes and serves
 * many watchers from one member.
 */
@NullMarked
package dev.synod.data;

import org.jspecify.annotations.NullMarked;
