package dev.synod.core.host;

import dev.synod.core.message.Ballot;

/**
 * Two separate facts about a group, as one member knows them. With small phase-2 quorums a group
 * may go on deciding when no next leader could ever be elected, and that alarm must come before the
 * leader is lost.
 *
 * @param leader the ballot of the live leader; {@link Ballot#NONE} if none is known
 * @param canCommit there is a leader, and it hears a phase-2 quorum
 * @param canElect a phase-1 and a phase-2 quorum are reachable for whoever leads, or asked last
 *     whether anybody does
 * @param reachable the acceptors that are, as a set of bits in the order of the configuration
 */
public record Health(Ballot leader, boolean canCommit, boolean canElect, long reachable) {}
