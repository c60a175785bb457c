/**
 * Quorum systems for Flexible Paxos: {@link dev.synod.quorum.QuorumSpec} describes the phase-1 and
 * phase-2 quorums, {@link dev.synod.quorum.QuorumSystem} proves that every phase-1 quorum
 * intersects every phase-2 quorum, and {@link dev.synod.quorum.Tally} counts answers.
 */
@NullMarked
package dev.synod.quorum;

import org.jspecify.annotations.NullMarked;
