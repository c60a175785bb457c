package dev.synod.core.host;

import dev.synod.core.message.Ballot;

/**
 * Two independent facts about a group, as one member knows them. A group with small phase-2 quorums
 * may still decide although no next leader could be elected; that alarm must come before the leader
 * is lost.
 *
 * @param leader ballot of the leader; {@link Ballot#NONE} if none is known
 * @param canCommit whether a leader hears a phase-2 quorum
 * @param canElect whether a phase-1 and a phase-2 quorum are reachable, from the leader or from the
 *     last candidate
 * @param reachable reachable acceptors, as a bit set in the order of the configuration
 */
public record Health(Ballot leader, boolean canCommit, boolean canElect, long reachable) {}
