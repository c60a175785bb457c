/**
 * The replicated state: {@link dev.synod.core.replica.Replica} applies every chosen command exactly
 * once, {@link dev.synod.core.replica.ClientSession} submits commands and answers reads for the
 * callers of a member, and {@link dev.synod.core.replica.StateHashCheck} compares the states of the
 * members.
 */
@NullMarked
package dev.synod.core.replica;

import org.jspecify.annotations.NullMarked;
