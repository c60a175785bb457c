package dev.synod.core.paxos;

import dev.synod.core.host.Host;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;

/**
 * The actions of a role while it handles an input, in order: those of the host, and those for the
 * other roles of the same member.
 */
public interface Effects extends Host {
  /**
   * Delivers a chosen slot. The method is called once for every slot, in order and without gaps.
   */
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
