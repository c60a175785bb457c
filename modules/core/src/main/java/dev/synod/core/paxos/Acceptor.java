package dev.synod.core.paxos;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Accept;
import dev.synod.core.message.Message.Accepted;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.message.Message.Nack;
import dev.synod.core.message.Message.PreVote;
import dev.synod.core.message.Message.PreVoteReply;
import dev.synod.core.message.Message.Prepare;
import dev.synod.core.message.Message.Promise;
import dev.synod.core.message.Message.Resigned;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The acceptor (Lamport, "Paxos Made Simple", section 2.2): it promises to ignore lower ballots,
 * and it accepts a leader's proposal unless it has promised a higher ballot.
 *
 * <p>The acceptor knows neither quorums nor configurations. It maintains I6: its promise never
 * decreases, and neither Promise nor Accepted leaves before its record is durable.
 */
public final class Acceptor {
  private final String self;
  private final SlotLog log;
  private final Settings settings;
  private final MemberClock clock;

  private Ballot promised;
  private Ballot leader = Ballot.NONE;
  private long leaderHeardAt;

  /** Ballot that holds a lease of this acceptor; see {@link #isLeased} for its end. */
  private Ballot lessee = Ballot.NONE;

  private long leasedUntil;

  /** Longest lease that may be granted, because it is recorded durably. */
  private long longestLease;

  /** A heartbeat that asks for a longer lease; null if there is none. */
  private @Nullable Unrecorded unrecorded;

  /**
   * Time until which a lease of an earlier incarnation of this member may last: of each grant only
   * the longest duration is stored.
   */
  private final long mayBeLeasedUntil;

  /** A heartbeat that waits for the record of its lease, and its sender. */
  private record Unrecorded(String from, Heartbeat heartbeat) {}

  /**
   * An acceptor that goes on where its log ends.
   *
   * @param promised highest promised ballot
   * @param longestLease longest lease that this member may have granted before, in milliseconds,
   *     whatever its settings say now
   */
  public Acceptor(MemberContext context, Ballot promised, long longestLease) {
    this.self = context.self();
    this.log = context.log();
    this.settings = context.settings();
    this.clock = context.clock();
    this.promised = promised;
    this.longestLease = longestLease;
    this.mayBeLeasedUntil = leaseEnd(longestLease);
  }

  /** Returns the highest promised ballot. */
  public Ballot promised() {
    return promised;
  }

  /** Handles a message of that member. */
  public void receive(String from, Message.ToAcceptor message, Effects out) {
    if (message instanceof Accept accept) {
      accept(from, accept, out);
    } else if (message instanceof Heartbeat heartbeat) {
      beat(from, heartbeat, out);
    } else if (message instanceof Prepare prepare) {
      prepare(from, prepare, out);
    } else if (message instanceof PreVote preVote) {
      out.send(from, new PreVoteReply(preVote.number(), hearsLeader() || isLeased(), promised));
    } else if (message instanceof Resigned resigned) {
      if (resigned.ballot().equals(leader)) {
        leader = Ballot.NONE;
      }
      if (resigned.ballot().equals(lessee)) {
        // It said so after it had stopped to answer by the lease.
        leasedUntil = clock.now();
      }
      out.resigned(resigned.ballot());
    } else {
      throw Message.unhandled(message);
    }
  }

  /** Handles phase 1b. */
  private void prepare(String from, Prepare prepare, Effects out) {
    Ballot ballot = prepare.ballot();
    if (ballot.isBelow(promised)) {
      out.send(from, new Nack(ballot, promised));
      return;
    }
    if (promised.isBelow(ballot) && isLeased()) {
      // The candidate retries. (An Accept of a higher ballot needs no such check: its leader holds
      // promises of a phase-1 quorum, which intersects every phase-2 quorum that granted a lease,
      // so the lease has ended.)
      return;
    }
    promise(ballot, out);
    out.sendAfter(from, page(ballot, prepare.from()));
  }

  private Promise page(Ballot ballot, long first) {
    // A compacted or damaged slot is not an empty slot, so the page ends before it (I2).
    long unknown = log.firstUnknown(first);
    if (first <= log.floor() || unknown == first) {
      return new Promise(ballot, first, first - 1, List.of(), log.chosen());
    }
    long end = unknown == Long.MAX_VALUE ? Long.MAX_VALUE : unknown - 1;
    List<Entry> entries = log.page(first, end, settings.maxPage());
    long shown = entries.isEmpty() ? first - 1 : entries.get(entries.size() - 1).slot();
    boolean all = shown >= Math.min(end, log.last()) || entries.isEmpty();
    return new Promise(ballot, first, all ? end : shown, entries, log.chosen());
  }

  /** Handles phase 2b. */
  private void accept(String from, Accept accept, Effects out) {
    Ballot ballot = accept.ballot();
    long slot = accept.slot();
    if (ballot.isBelow(promised)) {
      out.send(from, new Nack(ballot, promised));
      return;
    }
    if (log.isChosen(slot)) {
      // The slot is frozen (I7), so the acceptor teaches the leader its value; below the floor only
      // a snapshot can.
      out.send(from, new Learned(log.page(slot, slot, settings.maxPage()), log.chosen()));
      return;
    }
    Entry known = log.get(slot);
    if (known == null || !known.ballot().equals(ballot)) {
      Entry entry = new Entry(slot, ballot, accept.value());
      // The record raises the promise as well (I6), also when recovery reads it.
      promised = ballot;
      log.accept(entry);
      out.append(new LogRecord.Accepted(entry));
    }
    out.sendAfter(from, new Accepted(ballot, slot));
  }

  private void beat(String sender, Heartbeat heartbeat, Effects out) {
    String from = sender;
    Unrecorded waiting = unrecorded;
    if (waiting != null && sender.equals(self) && heartbeat.equals(waiting.heartbeat())) {
      // It has come back from the gate: the record is durable.
      longestLease = heartbeat.lease();
      unrecorded = null;
      from = waiting.from();
    }
    Ballot ballot = heartbeat.ballot();
    if (ballot.isBelow(promised)) {
      out.send(from, new Nack(ballot, promised));
      return;
    }
    leader = ballot;
    leaderHeardAt = clock.now();
    out.heard(ballot);
    out.reachable(heartbeat.reachable());
    if (ballot.equals(promised)) {
      if (mayGrant(heartbeat.lease()) && heartbeat.lease() > longestLease && unrecorded == null) {
        // A restart must know of the lease, so the heartbeat is handled again after the record.
        unrecorded = new Unrecorded(from, heartbeat);
        out.append(new LogRecord.LeaseGranted(heartbeat.lease()));
        out.sendAfter(self, heartbeat);
        return;
      }
      // No later ballot has a promise of this acceptor now. The reply need not wait for a log
      // force, because a crash cannot move a later promise to an earlier time.
      out.send(
          from, new HeartbeatAck(ballot, heartbeat.number(), grant(ballot, heartbeat.lease())));
    }
  }

  /** Grants a lease. It starts now, which is not before the heartbeat was sent. */
  private boolean grant(Ballot ballot, long lease) {
    if (!mayGrant(lease) || lease > longestLease) {
      return false;
    }
    lessee = ballot;
    leasedUntil = leaseEnd(lease);
    return true;
  }

  private boolean mayGrant(long lease) {
    return lease >= 1 && lease <= settings.lease().duration();
  }

  /**
   * Returns the end of a lease. The clock shows whole milliseconds, so a started millisecond counts
   * as not over.
   */
  private long leaseEnd(long lease) {
    return lease == 0 ? clock.now() : clock.now() + lease + 1;
  }

  /** Tells whether a leader may rely on this acceptor not to promise a higher ballot. */
  private boolean isLeased() {
    return clock.now() < Math.max(leasedUntil, mayBeLeasedUntil);
  }

  private void promise(Ballot ballot, Effects out) {
    if (promised.isBelow(ballot)) {
      promised = ballot;
      out.append(new LogRecord.Promised(ballot));
    }
  }

  private boolean hearsLeader() {
    return !leader.equals(Ballot.NONE)
        && !leader.isBelow(promised)
        && clock.now() - leaderHeardAt < settings.electionTimeout();
  }
}
