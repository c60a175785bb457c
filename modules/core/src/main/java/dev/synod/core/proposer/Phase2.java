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
 * Phase 2 of one ballot, for up to α slots concurrently: the leader's proposals and the acceptors
 * that accepted them. A slot is removed when it and all slots before it are known to be chosen.
 */
final class Phase2 {
  private static final class Proposal {
    final Value value;
    final Configuration configuration;
    final boolean ownVote;
    final Tally tally;
    boolean chosen;

    /** Whether the leader's own acceptor was sent the value: that message cannot be lost. */
    boolean sentToSelf;

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

  /** Proposals by slot; the first slot is the lowest one that is not known to be chosen. */
  private final TreeMap<Long, Proposal> proposals = new TreeMap<>();

  private final Ballot ballot;
  private final SlotLog log;
  private final MemberClock clock;
  private final long retry;
  private final ThriftyTargets thriftyTargets;
  private final long began;
  private long chosen;

  /** Configuration of the last proposal. */
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

  /** Returns the slot that was known to be chosen when this leadership began. */
  long began() {
    return began;
  }

  /** Returns the slot up to which every slot is known to be chosen: k of the design. */
  long chosen() {
    return chosen;
  }

  boolean isEmpty() {
    return proposals.isEmpty();
  }

  /**
   * Returns the number of proposed slots that are not known to be chosen, or that follow such a
   * slot.
   */
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
      boolean self = acceptor.equals(ballot.member());
      if (!proposal.tally.hasGranted(acceptor) && !(self && proposal.sentToSelf)) {
        out.send(acceptor, accept);
        proposal.sentToSelf |= self;
      }
    }
  }

  /**
   * Counts a vote; a value with a quorum of votes is chosen (I5). A leader whose own acceptor does
   * not vote in the slot lacks the value there, so it teaches the value to itself.
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
   * Takes over the slots that the member's learner knows to be chosen.
   *
   * @return false if this leader must send no more notices (I7): another value than the proposed
   *     one was chosen, or the same one at a higher ballot. A notice of this ballot would mark the
   *     slot as chosen at too low a ballot, and an acceptor that learns it would report less than
   *     it has accepted (model learners-deposed of the specification). The result is false as well
   *     if the slot is compacted and cannot be compared
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

  /** Sends unanswered proposals again, to all acceptors, with doubling pauses. */
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
