package dev.synod.core.proposer;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Configuration;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import java.util.List;

/**
 * The first targets of an Accept: all acceptors, or, for a thrifty leader, a phase-2 quorum of the
 * acceptors that it hears (Moraru, Andersen and Kaminsky, "There Is More Consensus in Egalitarian
 * Parliaments", SOSP 2013, section 6.5). Thrifty sending saves the other acceptors a log force and
 * a reply for each value; they learn chosen values later. A late reply makes the leader send to all
 * acceptors for an election timeout, so that a dead acceptor delays one reply and not many.
 */
final class ThriftyTargets {
  private final String self;
  private final Settings settings;
  private final MemberClock clock;

  /** The thrifty targets in this configuration; configuration 0 has none. */
  private List<String> few = List.of();

  private long configured;
  private long openUntil;

  /** Chooses the acceptors that this leader sends to first. */
  ThriftyTargets(MemberContext context) {
    this.self = context.self();
    this.settings = context.settings();
    this.clock = context.clock();
  }

  /**
   * Chooses new targets.
   *
   * @param reachable acceptors of the configuration that the leader hears
   */
  void choose(Configuration configuration, long reachable) {
    if (!settings.thrifty()) {
      return;
    }
    QuorumSystem quorums = configuration.quorums();
    int own = quorums.indexOf(self);
    long set = own < 0 ? reachable : reachable | 1L << own;
    if (!quorums.isQuorum(Phase.TWO, set)) {
      configured = 0;
      return;
    }
    for (int i = configuration.acceptors().size() - 1; i >= 0; i--) {
      long without = set & ~(1L << i);
      // The leader's own vote costs no message.
      if (i != own && quorums.isQuorum(Phase.TWO, without)) {
        set = without;
      }
    }
    configured = configuration.id();
    few = List.copyOf(quorums.names(set));
  }

  /** An answer is late. */
  void late() {
    openUntil = clock.now() + settings.electionTimeout();
  }

  /** The acceptors that an Accept goes to at first. */
  List<String> targets(Configuration configuration) {
    return configured == configuration.id() && clock.now() >= openUntil
        ? few
        : configuration.acceptors();
  }
}
