package dev.synod.core.paxos;

import dev.synod.core.host.Output;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;

/**
 * What a role wants done, told in order while it handles an input: by the log and the network, and
 * by the other roles of the same member.
 */
public interface Effects extends Output {
  /** This slot is chosen; called for every slot once, in order, without gaps. */
  void deliver(Entry entry);

  /** Reports that a member knows every slot up to {@code chosen} to be chosen and can teach it. */
  void peerProgress(String member, long chosen);

  /** Reports that a member asks for compacted slots, so that it needs a snapshot. */
  void needsSnapshot(String member);

  /** Reports that this member hears the leader of this ballot. */
  void heard(Ballot ballot);

  /**
   * Reports the acceptors that the leader hears, as a bit set in the order of the configuration.
   */
  void reachable(long acceptors);

  /** Reports that the leader of this ballot has stopped leading. */
  void resigned(Ballot ballot);
}
