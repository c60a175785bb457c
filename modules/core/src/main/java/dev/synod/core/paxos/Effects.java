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

  /** That member knows every slot up to {@code chosen} chosen, and can teach it. */
  void peerProgress(String member, long chosen);

  /** That member asks for slots that are compacted away here: it needs a snapshot. */
  void needsSnapshot(String member);

  /** This member hears from the live leader of this ballot. */
  void heard(Ballot ballot);

  /**
   * The leader said which acceptors it hears, as a set of bits in the order of the configuration.
   */
  void reachable(long acceptors);

  /** The leader of this ballot said that it stopped. */
  void resigned(Ballot ballot);
}
