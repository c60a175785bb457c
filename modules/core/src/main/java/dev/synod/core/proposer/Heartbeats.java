package dev.synod.core.proposer;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Effects;
import dev.synod.quorum.Phase;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A leader's beats, and what hangs on their answers: that it still leads, and the reads that only a
 * leader may allow (ReadIndex; Ongaro, "Consensus: Bridging Theory and Practice", section 6.4).
 *
 * <p>Whether no later ballot has decided anything is for a phase-2 quorum to say: a later ballot
 * needs promises of a phase-1 quorum, which meets it.
 */
final class Heartbeats {
  /**
   * Reads of a member that may go on once a beat of at least this number is confirmed, by a phase-2
   * quorum of the configuration of the slot behind the one that they are to see.
   *
   * @param leased whether a lease would have done as well, had there been one
   */
  private record Asked(
      String member,
      long number,
      boolean leased,
      long slot,
      long beat,
      Configuration configuration) {
    boolean isOfSame(Asked other) {
      return configuration.id() == other.configuration.id();
    }
  }

  /** Questions without an answer: a member has two at a time, and asks again. */
  private static final int MAX_READS = 4096;

  private final Ballot ballot;
  private final Settings.Lease lease;
  private final ArrayDeque<Asked> reads = new ArrayDeque<>();
  private final TreeMap<String, Long> answered = new TreeMap<>();
  private final TreeMap<String, Long> answeredAt = new TreeMap<>();
  private final TreeMap<String, Long> granted = new TreeMap<>();
  private final TreeMap<Long, Long> sentAt = new TreeMap<>();

  private long sent;
  private long confirmed;
  private long confirmedSentAt;
  private boolean wanted;

  /** The last beat for which a phase-2 quorum granted a lease, and until when that counts. */
  private long leased;

  private long leasedUntil;

  /** The configuration that this quorum is one of; 0 before there is any. */
  private long leasedIn;

  Heartbeats(Ballot ballot, Settings.Lease lease, long now) {
    this.ballot = ballot;
    this.lease = lease;
    this.leasedUntil = now;
    this.confirmedSentAt = now;
  }

  /**
   * A member asks up to where it must have applied to read what is current.
   *
   * @param leased whether a lease would have done as well
   * @param slot every slot up to this one is known chosen
   * @param configuration of the slot behind it: whoever decided more had a quorum of that one
   */
  void read(String member, long number, boolean leased, long slot, Configuration configuration) {
    if (reads.size() >= MAX_READS) {
      // It asks again.
      return;
    }
    // Only a beat that is sent after this moment proves anything about it.
    reads.add(new Asked(member, number, leased, slot, sent + 1, configuration));
    wanted = true;
  }

  /**
   * Takes back the questions that wait for a quorum of another configuration than this one, each
   * kind apart: their numbers say nothing about each other.
   */
  void takeOther(
      Configuration configuration, Map<String, Long> questions, Map<String, Long> leaseQuestions) {
    while (!reads.isEmpty() && reads.element().configuration().id() != configuration.id()) {
      Asked read = reads.remove();
      Map<String, Long> kind = read.leased() ? leaseQuestions : questions;
      kind.merge(read.member(), read.number(), Math::max);
    }
  }

  /** Sends the beat that waiting reads need, if none that would do is under way. */
  void flush(List<String> acceptors, long reachable, long now, Effects out) {
    if (wanted && sent == confirmed) {
      send(acceptors, reachable, now, out);
    }
  }

  /**
   * Sends a beat.
   *
   * @param acceptors of all configurations that are open
   * @param reachable the acceptors this leader hears
   */
  void send(List<String> acceptors, long reachable, long now, Effects out) {
    wanted = false;
    sent++;
    sentAt.put(sent, now);
    Heartbeat heartbeat = new Heartbeat(ballot, sent, reachable, lease.duration());
    for (String acceptor : acceptors) {
      out.send(acceptor, heartbeat);
    }
  }

  /**
   * Whether no later ballot can have decided anything yet, for a lease is not over.
   *
   * @param configuration of the first slot that is not known chosen
   */
  boolean isLeased(Configuration configuration, long now) {
    return now < leasedUntil && leasedIn == configuration.id();
  }

  /**
   * Counts an answer, which confirms its own and all earlier beats.
   *
   * @param configuration the one in use
   */
  void answered(String from, HeartbeatAck ack, Configuration configuration, long now, Effects out) {
    long number = ack.number();
    if (number > sent || number <= answered.getOrDefault(from, 0L)) {
      return;
    }
    answered.put(from, number);
    answeredAt.put(from, now);
    if (ack.leased()) {
      granted.put(from, number);
      grant(number, configuration);
    }
    if (number > confirmed && isQuorum(answered, number, configuration)) {
      confirmed = number;
      confirmedSentAt = sentAt.getOrDefault(number, confirmedSentAt);
      sentAt.headMap(number, true).clear();
    }
    Asked last = null;
    while (!reads.isEmpty()) {
      Asked read = reads.element();
      if (last == null || last.beat() != read.beat() || !last.isOfSame(read)) {
        if (!isQuorum(answered, read.beat(), read.configuration())) {
          return;
        }
      }
      last = reads.remove();
      out.send(read.member(), new ReadIndexReply(read.number(), read.slot(), false));
    }
  }

  /** A lease counts from when its beat was sent: how long the beat was under way nobody knows. */
  private void grant(long number, Configuration configuration) {
    Long from = sentAt.get(number);
    if (number > leased && from != null && isQuorum(granted, number, configuration)) {
      leased = number;
      leasedUntil = from + lease.counted();
      leasedIn = configuration.id();
    }
  }

  /** Whether a phase-2 quorum has given this answer, or a later one. */
  private static boolean isQuorum(
      Map<String, Long> answers, long number, Configuration configuration) {
    long set = 0;
    for (var answer : answers.entrySet()) {
      int bit = configuration.quorums().indexOf(answer.getKey());
      if (bit >= 0 && answer.getValue() >= number) {
        set |= 1L << bit;
      }
    }
    return configuration.quorums().isQuorum(Phase.TWO, set);
  }

  /** Whether a phase-2 quorum has answered a beat that was sent no longer ago than this. */
  boolean confirmedWithin(long milliseconds, long now) {
    return now - confirmedSentAt <= milliseconds;
  }

  /**
   * The proposer that answered the latest beat that any did; some other one if none did, and empty
   * if there is none.
   */
  String mostRecent(Configuration configuration, String otherThan) {
    String best = "";
    long number = 0;
    for (var answer : answered.entrySet()) {
      if (configuration.isProposer(answer.getKey())
          && !answer.getKey().equals(otherThan)
          && answer.getValue() > number) {
        best = answer.getKey();
        number = answer.getValue();
      }
    }
    for (String proposer : configuration.proposers()) {
      if (best.isEmpty() && !proposer.equals(otherThan)) {
        best = proposer;
      }
    }
    return best;
  }

  /** The acceptors that answered a beat no longer ago than this. */
  long reachable(Configuration configuration, long milliseconds, long now) {
    long set = 0;
    for (var answer : answeredAt.entrySet()) {
      int bit = configuration.quorums().indexOf(answer.getKey());
      if (bit >= 0 && now - answer.getValue() <= milliseconds) {
        set |= 1L << bit;
      }
    }
    return set;
  }
}
