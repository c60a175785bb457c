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
 * The heartbeats of a leader and what their replies prove: that it still leads, and which reads it
 * may answer (ReadIndex; Ongaro, "Consensus: Bridging Theory and Practice", section 6.4).
 *
 * <p>A phase-2 quorum proves that no later ballot has decided anything: a later ballot needs
 * promises of a phase-1 quorum, which intersects every phase-2 quorum.
 */
final class Heartbeats {
  /**
   * A read index that may be answered once a phase-2 quorum has confirmed a heartbeat of at least
   * this number. The quorum belongs to the configuration of the slot after the read index.
   *
   * @param leased whether a lease would have sufficed
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

  /** Maximum number of waiting requests; a member has two at a time and repeats them. */
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

  /**
   * Number of the last heartbeat for which a phase-2 quorum granted a lease, and the end of that
   * lease.
   */
  private long leased;

  private long leasedUntil;

  /** Configuration of that quorum; 0 before the first lease. */
  private long leasedIn;

  Heartbeats(Ballot ballot, Settings.Lease lease, long now) {
    this.ballot = ballot;
    this.lease = lease;
    this.leasedUntil = now;
    this.confirmedSentAt = now;
  }

  /**
   * Registers a read index request of a member.
   *
   * @param leased whether a lease would have sufficed
   * @param slot slot up to which every slot is known to be chosen
   * @param configuration configuration of the next slot, whose quorum any later decision needs
   */
  void read(String member, long number, boolean leased, long slot, Configuration configuration) {
    if (reads.size() >= MAX_READS) {
      // The member repeats its request.
      return;
    }
    // Only a heartbeat sent later proves anything about this moment.
    reads.add(new Asked(member, number, leased, slot, sent + 1, configuration));
    wanted = true;
  }

  /**
   * Takes back the requests that wait for a quorum of another configuration. The two kinds of
   * requests are numbered independently.
   */
  void takeOther(
      Configuration configuration, Map<String, Long> questions, Map<String, Long> leaseQuestions) {
    while (!reads.isEmpty() && reads.element().configuration().id() != configuration.id()) {
      Asked read = reads.remove();
      Map<String, Long> kind = read.leased() ? leaseQuestions : questions;
      kind.merge(read.member(), read.number(), Math::max);
    }
  }

  /** Sends the heartbeat that waiting reads need, unless a sufficient one is in flight. */
  void flush(List<String> acceptors, long reachable, long now, Effects out) {
    if (wanted && sent == confirmed) {
      send(acceptors, reachable, now, out);
    }
  }

  /**
   * Sends a heartbeat.
   *
   * @param acceptors acceptors of all open configurations
   * @param reachable acceptors that this leader hears
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
   * Tells whether a lease still prevents every later ballot from deciding.
   *
   * @param configuration configuration of the first slot that is not known to be chosen
   */
  boolean isLeased(Configuration configuration, long now) {
    return now < leasedUntil && leasedIn == configuration.id();
  }

  /**
   * Counts a reply, which confirms its heartbeat and all earlier ones.
   *
   * @param configuration configuration in use
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

  /**
   * Extends the lease. It counts from the sending of its heartbeat, because the transit time is
   * unknown.
   */
  private void grant(long number, Configuration configuration) {
    Long from = sentAt.get(number);
    if (number > leased && from != null && isQuorum(granted, number, configuration)) {
      leased = number;
      leasedUntil = from + lease.counted();
      leasedIn = configuration.id();
    }
  }

  /** Tells whether a phase-2 quorum has sent this reply or a later one. */
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

  /** Tells whether a phase-2 quorum has answered a heartbeat that was sent within this period. */
  boolean confirmedWithin(long milliseconds, long now) {
    return now - confirmedSentAt <= milliseconds;
  }

  /**
   * Returns the proposer that answered the latest heartbeat; any other proposer if none answered;
   * empty if there is none.
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

  /** Returns the acceptors that answered a heartbeat within this period. */
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
