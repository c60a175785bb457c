package dev.synod.core.member;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message.Chunk;
import dev.synod.core.message.Message.Fetch;
import dev.synod.core.message.Message.Offer;
import dev.synod.core.message.Message.WantSnapshot;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.replica.Replica;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Limits the length of a member's log: it takes snapshots while commands are applied, compacts the
 * log once a snapshot is durable, and offers snapshots to members that lag too far behind to be
 * taught slot by slot.
 */
final class SnapshotSource {
  /**
   * Number of snapshots kept: the newest one, and an earlier one that a member may still be
   * fetching.
   */
  private static final int KEPT = 2;

  /**
   * Maximum number of concurrent chunk reads for other members; a member whose request is dropped
   * repeats it.
   */
  private static final int READS = 64;

  /** A loan that was too small is doubled for the next fetch, this many times at most. */
  private static final int MAX_DOUBLINGS = 4;

  /** A slot, and the number of bytes written to the log when the member had applied it. */
  private record Mark(long slot, long written) {}

  /**
   * A member that fetches a snapshot or learns the slots after it.
   *
   * @param askedAt time of its last request for a chunk of the snapshot, or for a slot after it
   * @param applied highest slot that was applied here when it last learned; {@link Long#MAX_VALUE}
   *     while it fetches
   */
  private record Fetcher(long askedAt, long applied) {}

  private static final class Held {
    final Snapshot snapshot;

    /** Bytes written to the log when this member got the snapshot. */
    final long written;

    /** Members that fetch the snapshot, or learn the slots after it. */
    final TreeMap<String, Fetcher> fetchers = new TreeMap<>();

    /** Whether its loan has ended although a member was still fetching it. */
    boolean givenUp;

    Held(Snapshot snapshot, long written) {
      this.snapshot = snapshot;
      this.written = written;
    }
  }

  private final SlotLog log;
  private final Replica replica;
  private final Configurations configurations;
  private final SnapshotFiles files;
  private final Settings settings;
  private final Settings.Compaction compaction;

  /** Whether this member has a state of its own; otherwise it stores snapshots of other members. */
  private final boolean own;

  private final String self;
  private final MemberClock clock;

  /** Stored snapshots, the newest one last. */
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private StateMachine.@Nullable Frozen taking;

  /** Bytes written to the log when the last snapshot was taken. */
  private long writtenThen;

  /** Number of times that the size of a loan is doubled, because the last loans were too small. */
  private int doublings;

  private boolean wanted;

  /** Index of the member that is asked next for its snapshot, and time of the last request. */
  private int nextGiver;

  private long askedAt;
  private int reads;

  SnapshotSource(MemberContext context, Replica replica, SnapshotFiles files, boolean own) {
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.replica = replica;
    this.files = files;
    this.compaction = context.settings().compaction();
    this.own = own;
  }

  /** Returns the newest durable snapshot; null if there is none. */
  @Nullable Snapshot newest() {
    Held last = held.peekLast();
    return last == null ? null : last.snapshot;
  }

  /** Returns the slot of the newest snapshot; 0 if there is none. */
  long newestSlot() {
    Snapshot newest = newest();
    return newest == null ? 0 : newest.slot();
  }

  // ---- taking ---------------------------------------------------------------------------------

  /** Records that this member's state was restored from the snapshot. */
  void restored(Snapshot snapshot) {
    held.add(new Held(snapshot, files.logBytes()));
    marks.clear();
    wanted = false;
    keepFew();
  }

  /** Requests a snapshot soon, however short the log is. */
  void want() {
    wanted = true;
  }

  /** Tells whether a snapshot is being written. */
  boolean isTaking() {
    return taking != null;
  }

  /**
   * Takes a snapshot when one is due, and drops those that are not needed; called with each tick.
   *
   * @param free whether a snapshot may be written now; one at a time is written or fetched
   */
  void tick(boolean free, Effects out) {
    long written = files.logBytes();
    Mark last = marks.peekLast();
    if (last == null || written - last.written() > compaction.retained() / 8) {
      mark(written);
    }
    if (taking == null && free && isDue(written)) {
      if (own) {
        take(written);
      } else if (clock.now() - askedAt >= settings.electionTimeout()) {
        askedAt = clock.now();
        ask(out);
      }
    }
    while (held.size() > 1 && !isAskedFor(held.element())) {
      files.drop(held.remove().snapshot);
    }
  }

  private boolean isDue(long written) {
    if (replica.applied() <= newestSlot() || replica.applied() < log.floor()) {
      wanted = false;
      return false;
    }
    Snapshot newest = newest();
    long least = Math.max(compaction.after(), newest == null ? 0 : newest.length());
    return wanted || written - writtenThen >= least;
  }

  private void mark(long written) {
    marks.add(new Mark(replica.applied(), written));
  }

  private void take(long written) {
    wanted = false;
    writtenThen = written;
    mark(written);
    StateMachine.Frozen state = replica.freeze();
    taking = state;
    files.take(replica.applied(), state);
  }

  /**
   * Asks another member for its snapshot, on behalf of a member without a state, which compacts its
   * log with it.
   */
  private void ask(Effects out) {
    List<String> givers =
        configurations.current().members().stream()
            .filter(name -> !name.equals(self) && !configurations.current().isWitness(name))
            .toList();
    if (!givers.isEmpty()) {
      out.send(givers.get(nextGiver++ % givers.size()), new WantSnapshot(newestSlot() + 1));
    }
  }

  /**
   * Tells whether a snapshot of this slot from another member would be stored, although its slots
   * are known.
   */
  boolean isWanting(long slot) {
    return !own && slot > newestSlot();
  }

  /** Records that a snapshot is durable and compacts the log, except for a tail. */
  void taken(Snapshot snapshot, Effects out) {
    if (taking != null) {
      taking.close();
      taking = null;
    }
    if (snapshot.slot() <= newestSlot()) {
      // Another snapshot was installed meanwhile.
      files.drop(snapshot);
      return;
    }
    long written = files.logBytes();
    held.add(new Held(snapshot, written));
    boolean givenUp = givesUp();
    keepFew();
    if (!own) {
      wanted = false;
      writtenThen = written;
    }
    long floor = log.floor();
    // The floor never passes the newest snapshot, and slots behind a lent snapshot stay.
    long most = firstLent(snapshot.slot());
    for (Mark mark = marks.peek();
        mark != null && mark.slot() <= most && written - mark.written() >= compaction.retained();
        mark = marks.peek()) {
      floor = Math.max(floor, mark.slot());
      marks.remove();
    }
    if (floor > log.floor()) {
      log.cut(floor);
      out.append(new LogRecord.Truncated(floor));
    }
    if (givenUp) {
      doublings = Math.min(doublings + 1, MAX_DOUBLINGS);
    }
  }

  private void keepFew() {
    while (held.size() > KEPT) {
      // The newest snapshot stays, and among the others the one fetched first; otherwise a slow
      // member would never complete a fetch.
      Held idle = held.element();
      for (Held one : held) {
        if (isLent(idle) && one != held.peekLast()) {
          idle = one;
        }
      }
      held.remove(idle);
      files.drop(idle.snapshot);
    }
  }

  // ---- lending --------------------------------------------------------------------------------

  /**
   * Tells whether a snapshot is lent. A member that fetches a snapshot needs the slots after it as
   * well, however long the fetch takes; otherwise it would have to fetch one snapshot after the
   * other while writes continue. A fetch that does not end does not block compaction: the log is
   * then compacted, and that member starts again with a later snapshot, for which more is lent.
   */
  private boolean isLent(Held one) {
    long most = Math.max(compaction.lent(), 2 * one.snapshot.length()) << doublings;
    return isAskedFor(one) && files.logBytes() - one.written < most;
  }

  /** Tells whether the loan of a snapshot ends now although a member is still fetching it. */
  private boolean givesUp() {
    boolean any = false;
    for (Held one : held) {
      if (one != held.peekLast() && !one.givenUp && isAskedFor(one) && !isLent(one)) {
        one.givenUp = true;
        any = true;
      }
    }
    return any;
  }

  /** Tells whether a chunk was requested recently; lost chunks are requested again. */
  private boolean isAskedFor(Held one) {
    long patience = Math.max(settings.requestTimeout(), settings.electionTimeout());
    return one.fetchers.values().stream()
        .anyMatch(fetcher -> clock.now() - fetcher.askedAt() < patience);
  }

  /** Returns the slot of the first lent snapshot, or this slot. */
  private long firstLent(long slot) {
    for (Held one : held) {
      if (isLent(one)) {
        return one.snapshot.slot();
      }
    }
    return slot;
  }

  /**
   * Records that a member learns from this slot on, possibly after fetching a snapshot. The loan of
   * that snapshot ends when the member has learned all that was applied when it asked before: it
   * keeps pace then.
   */
  void learns(String member, long from) {
    for (Held one : held) {
      Fetcher fetcher = one.fetchers.get(member);
      if (fetcher != null && one.snapshot.slot() < from) {
        doublings = 0; // the fetch has ended in time
        if (from > fetcher.applied()) {
          one.fetchers.remove(member);
        } else {
          one.fetchers.put(member, new Fetcher(clock.now(), replica.applied()));
        }
      }
    }
  }

  // ---- giving ---------------------------------------------------------------------------------

  /** Offers a snapshot to a member that needs this slot. */
  void offer(String member, long atLeast, Effects out) {
    Snapshot newest = newest();
    if (newest != null && newest.slot() >= atLeast) {
      out.send(member, new Offer(newest));
    } else if (replica.applied() >= atLeast) {
      want();
    }
  }

  /** Handles a member's request for a chunk. */
  void fetch(String member, Fetch fetch, Effects out) {
    Snapshot snapshot = fetch.snapshot();
    Held found = find(snapshot);
    if (found == null) {
      out.send(member, new Chunk(snapshot, fetch.offset(), new byte[0]));
    } else if (fetch.length() <= Snapshot.MAX_CHUNK
        && fetch.length() <= snapshot.length() - fetch.offset()) {
      // A member fetches one snapshot at a time. The loan goes on, however long the disk takes for
      // the reads before this one.
      held.forEach(one -> one.fetchers.remove(member));
      found.fetchers.put(member, new Fetcher(clock.now(), Long.MAX_VALUE));
      if (reads < READS) {
        reads++;
        files.read(snapshot, fetch.offset(), fetch.length(), member);
      }
    }
  }

  private @Nullable Held find(Snapshot snapshot) {
    for (Held one : held) {
      if (one.snapshot.equals(snapshot)) {
        return one;
      }
    }
    return null;
  }

  /**
   * Handles a chunk that the host has read. If it could not be read, the snapshot is damaged and
   * another one is taken.
   */
  void read(String member, Snapshot snapshot, long offset, byte[] bytes, Effects out) {
    reads--;
    out.send(member, new Chunk(snapshot, offset, bytes));
    Held found = find(snapshot);
    if (bytes.length == 0 && found != null) {
      held.remove(found);
      files.drop(snapshot);
      want();
    }
  }
}
