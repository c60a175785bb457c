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

/**
 * The memory of the group (Lamport, "Paxos Made Simple", section 2.2): promises not to listen to
 * the past, and accepts what a leader proposes unless it has promised otherwise.
 *
 * <p>It knows nothing of quorums and configurations. What it must hold is I6: its promise never
 * falls, and neither Promise nor Accepted leaves before its record is durable.
 */
public final class Acceptor {
  private final SlotLog log;
  private final Settings settings;
  private final MemberClock clock;

  private Ballot promised;
  private Ballot leader = Ballot.NONE;
  private long leaderHeardAt;

  /** The ballot that has a lease of this acceptor, and until when; see {@link #isLeased}. */
  private Ballot lessee = Ballot.NONE;

  private long leasedUntil;

  /** A lease may have been granted before this member was started, which it does not remember. */
  private final long mayBeLeasedUntil;

  /** An acceptor that goes on where its log ends. */
  public Acceptor(SlotLog log, Ballot promised, Settings settings, MemberClock clock) {
    this.log = log;
    this.settings = settings;
    this.clock = clock;
    this.promised = promised;
    this.mayBeLeasedUntil = leaseEnd(settings.lease().duration());
  }

  /** The highest ballot promised. */
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

  /** Phase 1b. */
  private void prepare(String from, Prepare prepare, Effects out) {
    Ballot ballot = prepare.ballot();
    if (ballot.isBelow(promised)) {
      out.send(from, new Nack(ballot, promised));
      return;
    }
    if (promised.isBelow(ballot) && isLeased()) {
      // The candidate asks again. (An Accept of a higher ballot needs no such check: its leader has
      // the promise of a phase-1 quorum, in which somebody's lease has ended for every phase-2
      // quorum that granted one.)
      return;
    }
    promise(ballot, out);
    out.sendAfter(from, page(ballot, prepare.from()));
  }

  private Promise page(Ballot ballot, long first) {
    // A compacted slot is not an empty one, and neither is a damaged one: the page ends before it
    // (I2).
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

  /** Phase 2b. */
  private void accept(String from, Accept accept, Effects out) {
    Ballot ballot = accept.ballot();
    long slot = accept.slot();
    if (ballot.isBelow(promised)) {
      out.send(from, new Nack(ballot, promised));
      return;
    }
    if (log.isChosen(slot)) {
      // Frozen (I7): teach the leader what it does not know yet. Below the floor only a snapshot
      // can.
      out.send(from, new Learned(log.page(slot, slot, settings.maxPage()), log.chosen()));
      return;
    }
    Entry known = log.get(slot);
    if (known == null || !known.ballot().equals(ballot)) {
      Entry entry = new Entry(slot, ballot, accept.value());
      // The record raises the promise as well (I6), also when it is read back after a restart.
      promised = ballot;
      log.accept(entry);
      out.append(new LogRecord.Accepted(entry));
    }
    out.sendAfter(from, new Accepted(ballot, slot));
  }

  private void beat(String from, Heartbeat heartbeat, Effects out) {
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
      // At this moment no later ballot has a promise from here: no force is waited for, because a
      // later promise is later, whatever a crash takes away.
      out.send(
          from, new HeartbeatAck(ballot, heartbeat.number(), grant(ballot, heartbeat.lease())));
    }
  }

  /** Grants a lease, counted from now, which is not before the beat was sent. */
  private boolean grant(Ballot ballot, long lease) {
    if (lease < 1 || lease > settings.lease().duration()) {
      return false;
    }
    lessee = ballot;
    leasedUntil = leaseEnd(lease);
    return true;
  }

  /** The clock shows whole milliseconds: what has begun is not yet over. */
  private long leaseEnd(long lease) {
    return lease == 0 ? clock.now() : clock.now() + lease + 1;
  }

  /** Whether a leader may count on it that no higher ballot gets a promise here. */
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
