package dev.synod.core.proposer;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.quorum.Phase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A leader's beats and their answers, which tell whether it still leads: a phase-2 quorum says that
 * no later ballot has decided anything, because a later ballot needs promises of a phase-1 quorum,
 * which meets it. The answers grant the leader's lease as well.
 */
final class Heartbeats {
  private final Ballot ballot;
  private final Settings.Lease lease;
  private final MemberClock clock;
  private final TreeMap<String, Long> answered = new TreeMap<>();
  private final TreeMap<String, Long> answeredAt = new TreeMap<>();
  private final TreeMap<String, Long> granted = new TreeMap<>();
  private final TreeMap<Long, Moment> sentAt = new TreeMap<>();

  /** A moment by both clocks, in milliseconds. */
  private record Moment(long now, long wall) {}

  private long sent;
  private long confirmed;
  private long confirmedSentAt;
  private boolean wanted;

  /**
   * Number of the last heartbeat for which a phase-2 quorum granted a lease, and the end of that
   * lease by both clocks.
   */
  private long leased;

  private long leasedUntil;
  private long leasedUntilWall;

  /** Configuration of that quorum; 0 before the first lease. */
  private long leasedIn;

  Heartbeats(Ballot ballot, Settings.Lease lease, MemberClock clock) {
    this.clock = clock;
    this.ballot = ballot;
    this.lease = lease;
    this.leasedUntil = clock.now();
    this.confirmedSentAt = clock.now();
  }

  /**
   * The number of the next beat, which is {@linkplain #isDue due} then: only a beat that is sent
   * after this moment proves anything about it.
   */
  long nextBeat() {
    wanted = true;
    return sent + 1;
  }

  /** Returns the number of the latest beat that a member has answered; 0 if there is none. */
  long answered(String member) {
    return answered.getOrDefault(member, 0L);
  }

  /** Tells whether the next beat is wanted, and no beat is under way. */
  boolean isDue() {
    return wanted && sent == confirmed;
  }

  /**
   * Sends a heartbeat.
   *
   * @param acceptors acceptors of all open configurations
   * @param reachable as {@link Heartbeat} carries it
   */
  void send(List<String> acceptors, long reachable, Effects out) {
    wanted = false;
    for (TreeMap<String, Long> of : List.of(answered, answeredAt, granted)) {
      // What former acceptors answered is in no open configuration of any use.
      of.keySet().retainAll(acceptors);
    }
    sent++;
    sentAt.put(sent, new Moment(clock.now(), clock.wall()));
    Heartbeat heartbeat = new Heartbeat(ballot, sent, reachable, lease.duration());
    for (String acceptor : acceptors) {
      out.send(acceptor, heartbeat);
    }
  }

  /**
   * Tells whether a lease still prevents every later ballot from deciding. A machine that slept has
   * a monotonic clock that says so too long; its wall clock does not.
   *
   * @param configuration configuration of the first slot that is not known to be chosen
   */
  boolean isLeased(Configuration configuration) {
    return clock.now() < leasedUntil
        && clock.wall() < leasedUntilWall
        && leasedIn == configuration.id();
  }

  /**
   * Counts a reply, which confirms its heartbeat and all earlier ones.
   *
   * @param configuration configuration in use
   */
  void answered(String from, HeartbeatAck ack, Configuration configuration) {
    long number = ack.number();
    if (number > sent || number <= answered.getOrDefault(from, 0L)) {
      return;
    }
    answered.put(from, number);
    answeredAt.put(from, clock.now());
    if (ack.leased()) {
      granted.put(from, number);
      grant(number, configuration);
    }
    long latest = confirmedIn(configuration);
    if (latest > confirmed) {
      confirmed = latest;
      Moment moment = sentAt.get(latest);
      confirmedSentAt = moment == null ? confirmedSentAt : moment.now();
      sentAt.headMap(latest, true).clear();
    }
  }

  /**
   * The latest beat that a phase-2 quorum of this configuration has answered; 0 if there is none.
   */
  long confirmedIn(Configuration configuration) {
    long latest = 0;
    for (long number : answered.values()) {
      if (number > latest && isQuorum(answered, number, configuration)) {
        latest = number;
      }
    }
    return latest;
  }

  /**
   * Extends the lease. It counts from the sending of its heartbeat, because the transit time is
   * unknown.
   */
  private void grant(long number, Configuration configuration) {
    Moment from = sentAt.get(number);
    if (number > leased && from != null && isQuorum(granted, number, configuration)) {
      leased = number;
      leasedUntil = from.now() + lease.counted();
      leasedUntilWall = from.wall() + lease.counted();
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

  /** Whether a phase-2 quorum has answered a beat that was sent no longer ago than this. */
  boolean confirmedWithin(long milliseconds) {
    return clock.now() - confirmedSentAt <= milliseconds;
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

  /** The acceptors that answered a beat no longer ago than this. */
  long reachable(Configuration configuration, long milliseconds) {
    long set = 0;
    for (var answer : answeredAt.entrySet()) {
      int bit = configuration.quorums().indexOf(answer.getKey());
      if (bit >= 0 && clock.now() - answer.getValue() <= milliseconds) {
        set |= 1L << bit;
      }
    }
    return set;
  }
}
