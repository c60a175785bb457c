package dev.synod.core.proposer;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Accept;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.Phase;
import dev.synod.quorum.Tally;
import dev.synod.quorum.Verdict;
import java.util.List;
import java.util.TreeMap;

/**
 * Phase 2 of one ballot, for up to α slots at a time: what this leader has proposed and who
 * accepted it. A slot leaves when it and every slot before it is known chosen.
 */
final class Phase2 {
  private static final class Proposal {
    final Value value;
    final Configuration configuration;
    final boolean ownVote;
    final Tally tally;
    boolean chosen;
    long sentAt;
    long pause;

    Proposal(Value value, Configuration configuration, boolean ownVote, long sentAt, long retry) {
      this.value = value;
      this.configuration = configuration;
      this.ownVote = ownVote;
      this.tally = configuration.quorums().tally(Phase.TWO);
      this.sentAt = sentAt;
      this.pause = retry;
    }
  }

  /** By slot; the first one is the lowest that is not known chosen. */
  private final TreeMap<Long, Proposal> proposals = new TreeMap<>();

  private final Ballot ballot;
  private final SlotLog log;
  private final MemberClock clock;
  private final long retry;
  private final ThriftyTargets thriftyTargets;
  private final long began;
  private long chosen;

  /**
   * Of the last proposal: its configuration, and whether the leader's own acceptor has a say in it.
   */
  private long configured;

  private boolean ownVote;

  Phase2(Ballot ballot, MemberContext context, ThriftyTargets thriftyTargets) {
    this.log = context.log();
    this.clock = context.clock();
    this.retry = context.settings().retry();
    this.ballot = ballot;
    this.thriftyTargets = thriftyTargets;
    this.began = log.chosen();
    this.chosen = began;
  }

  /** What was known chosen when it began. */
  long began() {
    return began;
  }

  /** Every slot up to this one is known chosen: k of the design. */
  long chosen() {
    return chosen;
  }

  boolean isEmpty() {
    return proposals.isEmpty();
  }

  /** Slots that are proposed at and not known chosen, or with such a slot before them. */
  int size() {
    return proposals.size();
  }

  /** Phase 2a. */
  void propose(long slot, Value value, Configuration configuration, Effects out) {
    if (configuration.id() != configured) {
      configured = configuration.id();
      ownVote = configuration.isAcceptor(ballot.member());
    }
    Proposal proposal = new Proposal(value, configuration, ownVote, clock.now(), retry);
    proposals.put(slot, proposal);
    send(slot, proposal, thriftyTargets.targets(configuration), out);
  }

  private void send(long slot, Proposal proposal, List<String> to, Effects out) {
    Accept accept = new Accept(ballot, slot, proposal.value, chosen);
    for (String acceptor : to) {
      if (!proposal.tally.hasGranted(acceptor)) {
        out.send(acceptor, accept);
      }
    }
  }

  /**
   * Counts a vote; what has won is chosen (I5). A leader whose own acceptor has no say at the slot
   * does not have the value from there, so it teaches itself.
   */
  void accepted(String from, long slot, Effects out) {
    Proposal proposal = proposals.get(slot);
    if (proposal != null
        && proposal.tally.grant(from)
        && proposal.tally.verdict() == Verdict.WON
        && !proposal.chosen) {
      proposal.chosen = true;
      if (!proposal.ownVote) {
        Entry entry = new Entry(slot, ballot, proposal.value);
        out.send(ballot.member(), new Message.Learned(List.of(entry), log.chosen()));
      }
      advance();
    }
  }

  /**
   * Takes over what the member's learner has found to be chosen.
   *
   * @return false if this leader may send no more notices (I7): another value than the proposed one
   *     was chosen, or the same one at a higher ballot. A notice of this ballot would then mark the
   *     slot chosen at a ballot lower than the one it was chosen at, and a voter that is taught so
   *     would report less than it has accepted (model learners-deposed of the specification). The
   *     same if it is compacted away and cannot be compared
   */
  boolean learned() {
    if (log.chosen() <= chosen && !log.isAnyChosenAhead()) {
      return true;
    }
    for (var of : proposals.entrySet()) {
      Proposal proposal = of.getValue();
      long slot = of.getKey();
      if (!proposal.chosen && log.isChosen(slot)) {
        if (slot <= log.floor() || !isOwn(log.chosenEntry(slot), proposal)) {
          return false;
        }
        proposal.chosen = true;
      }
    }
    advance();
    return true;
  }

  private boolean isOwn(Entry entry, Proposal proposal) {
    return !ballot.isBelow(entry.ballot()) && entry.value().equals(proposal.value);
  }

  private void advance() {
    while (true) {
      long next = chosen + 1;
      Proposal proposal = proposals.get(next);
      if (proposal == null ? !log.isChosen(next) : !proposal.chosen) {
        return;
      }
      proposals.remove(next);
      chosen = next;
    }
  }

  /** Sends again, and to all, what nobody answered; each time it waits twice as long. */
  void tick(Effects out) {
    for (var of : proposals.entrySet()) {
      Proposal proposal = of.getValue();
      if (!proposal.chosen && clock.now() - proposal.sentAt >= proposal.pause) {
        proposal.sentAt = clock.now();
        proposal.pause = Math.min(2 * proposal.pause, 16 * retry);
        send(of.getKey(), proposal, proposal.configuration.acceptors(), out);
        thriftyTargets.late();
      }
    }
  }
}
