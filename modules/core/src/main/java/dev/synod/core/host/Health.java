package dev.synod.core.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Message.Heartbeat;

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
 * @param stalled whether commands have waited for several election timeouts and none was chosen,
 *     although a leader and a phase-2 quorum are known; {@code canCommit} is false then
 */
public record Health(
    Ballot leader, boolean canCommit, boolean canElect, long reachable, boolean stalled) {
  /** Number of election timeouts without progress after which a group counts as stalled. */
  public static final int STALLED_TIMEOUTS = 4;

  /** Returns {@code reachable} as a leader and its followers announce it. */
  public long announced() {
    return stalled ? reachable | Heartbeat.STALLED : reachable;
  }

  /** Returns a copy that is stalled, unless the group cannot commit anyway. */
  public Health whileStalled(boolean stalls) {
    return stalls && canCommit ? new Health(leader, false, canElect, reachable, true) : this;
  }
}
