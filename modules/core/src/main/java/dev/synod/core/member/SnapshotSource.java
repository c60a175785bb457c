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
import org.jspecify.annotations.Nullable;

/**
 * Keeps a member's log short: takes snapshots beside it while commands are applied, cuts the log
 * once one is durable, and gives them to members that are too far behind to be taught slot by slot.
 */
final class SnapshotSource {
  /** The newest one, and one before it that somebody may still be fetching. */
  private static final int KEPT = 2;

  /** Pieces that may be read for others at once; who is turned away asks again. */
  private static final int READS = 64;

  /** A place in the log, and how much was written when the member had applied it. */
  private record Mark(long slot, long written) {}

  private static final class Held {
    final Snapshot snapshot;

    /** What was written to the log when this member had it. */
    final long written;

    /** When a piece of it, or then a slot behind it, was last asked for; 0 if none was. */
    long askedAt;

    Held(Snapshot snapshot, long written) {
      this.snapshot = snapshot;
      this.written = written;
    }
  }

  private final SlotLog log;
  private final Replica replica;
  private final Configurations configurations;
  private final PeerIdentities peerIdentities;
  private final SnapshotFiles files;
  private final Settings settings;
  private final Settings.Compaction compaction;

  /** Whether there is a state here to be written down; else other members' snapshots are kept. */
  private final boolean own;

  private final String self;
  private final MemberClock clock;

  /** The newest one last. */
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private StateMachine.@Nullable Frozen taking;

  /** What was written to the log when the last one was taken. */
  private long writtenThen;

  private boolean wanted;

  /** Whom another one's is asked of next, and when that was done last. */
  private int nextGiver;

  private long askedAt;
  private int reads;

  SnapshotSource(
      MemberContext context,
      Replica replica,
      PeerIdentities peerIdentities,
      SnapshotFiles files,
      boolean own) {
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.replica = replica;
    this.peerIdentities = peerIdentities;
    this.files = files;
    this.compaction = context.settings().compaction();
    this.own = own;
  }

  /** The newest snapshot that is durable here; null if there is none. */
  @Nullable Snapshot newest() {
    Held last = held.peekLast();
    return last == null ? null : last.snapshot;
  }

  /** Its slot; 0 if there is none. */
  long newestSlot() {
    Snapshot newest = newest();
    return newest == null ? 0 : newest.slot();
  }

  // ---- taking ---------------------------------------------------------------------------------

  /** The member's state came from this one, at its start or just now. */
  void restored(Snapshot snapshot) {
    held.add(new Held(snapshot, files.logBytes()));
    marks.clear();
    wanted = false;
    keepFew();
  }

  /** One is to be taken soon, however little there is to cut. */
  void want() {
    wanted = true;
  }

  /** Whether one is being written. */
  boolean isTaking() {
    return taking != null;
  }

  /**
   * Takes a snapshot when one is due, and drops those that are not needed; called with each tick.
   *
   * @param free whether one may be written now; one at a time is, or fetched
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

  /** A member that has no state cuts its log with a snapshot of one that has. */
  private void ask(Effects out) {
    List<String> givers =
        configurations.current().members().stream()
            .filter(name -> !name.equals(self) && !configurations.current().isWitness(name))
            .toList();
    if (!givers.isEmpty()) {
      out.send(givers.get(nextGiver++ % givers.size()), new WantSnapshot(newestSlot() + 1));
    }
  }

  /** Whether another member's snapshot of this slot would be kept here, though all is known. */
  boolean isWanting(long slot) {
    return !own && slot > newestSlot();
  }

  /** It is durable: what it holds need not stay in the log, but for a tail. */
  void taken(Snapshot snapshot, Effects out) {
    if (taking != null) {
      taking.close();
      taking = null;
    }
    if (snapshot.slot() <= newestSlot()) {
      // Another one was installed meanwhile.
      files.drop(snapshot);
      return;
    }
    long written = files.logBytes();
    held.add(new Held(snapshot, written));
    keepFew();
    if (!own) {
      wanted = false;
      writtenThen = written;
    }
    long floor = log.floor();
    // Never beyond the newest one, and what is lent stays.
    long most = firstLent(snapshot.slot());
    for (Mark mark = marks.peek();
        mark != null && mark.slot() <= most && written - mark.written() >= compaction.retained();
        mark = marks.peek()) {
      floor = Math.max(floor, mark.slot());
      marks.remove();
    }
    if (floor > log.floor()) {
      log.cut(floor);
      record(floor, configurations, peerIdentities, out);
    }
  }

  /**
   * The log ends with its beginning: how the group was born, and who is who, stands behind what is
   * cut off.
   */
  static void record(
      long floor, Configurations configurations, PeerIdentities peerIdentities, Effects out) {
    peerIdentities.record(out);
    out.append(
        new LogRecord.Initialized(configurations.alpha(), configurations.initialConfiguration()));
    out.append(new LogRecord.Truncated(floor));
  }

  private void keepFew() {
    while (held.size() > KEPT) {
      // The newest one stays, and of the others the one that was fetched first: or who fetches
      // slowly would never come to the end of any.
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
   * Whoever fetches a snapshot needs the slots behind it as well, and finds them here, however long
   * that takes and whatever is written meanwhile; or it would have to fetch the next one, and so on
   * for as long as the writes go on. But not one that never ends: then the log is cut as if nobody
   * had asked, and that member begins anew with a later snapshot.
   */
  private boolean isLent(Held one) {
    long most = Math.max(compaction.lent(), 2 * one.snapshot.length());
    return isAskedFor(one) && files.logBytes() - one.written < most;
  }

  /** Whether somebody has asked for it of late: what is lost on its way is asked for again. */
  private boolean isAskedFor(Held one) {
    long patience = Math.max(settings.requestTimeout(), settings.electionTimeout());
    return one.askedAt > 0 && clock.now() - one.askedAt < patience;
  }

  /** The slot of the first snapshot that is lent, or this one. */
  private long firstLent(long slot) {
    for (Held one : held) {
      if (isLent(one)) {
        return one.snapshot.slot();
      }
    }
    return slot;
  }

  /** A member learns from this slot on: perhaps what is behind a snapshot that it has fetched. */
  void learns(long from) {
    Held behind = held.peekLast();
    if (behind != null && behind.snapshot.slot() >= from) {
      behind = held.peekFirst();
    }
    if (behind != null && behind.snapshot.slot() < from && isAskedFor(behind)) {
      behind.askedAt = clock.now();
    }
  }

  // ---- giving ---------------------------------------------------------------------------------

  /** That member needs a snapshot that reaches this slot. */
  void offer(String member, long atLeast, Effects out) {
    Snapshot newest = newest();
    if (newest != null && newest.slot() >= atLeast) {
      out.send(member, new Offer(newest));
    } else if (replica.applied() >= atLeast) {
      want();
    }
  }

  /** A member fetches a piece. */
  void fetch(String member, Fetch fetch, Effects out) {
    Snapshot snapshot = fetch.snapshot();
    Held found = find(snapshot);
    if (found == null) {
      out.send(member, new Chunk(snapshot, fetch.offset(), new byte[0]));
    } else if (reads < READS
        && fetch.length() <= Snapshot.MAX_CHUNK
        && fetch.length() <= snapshot.length() - fetch.offset()) {
      found.askedAt = clock.now();
      reads++;
      files.read(snapshot, fetch.offset(), fetch.length(), member);
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

  /** A piece is read, or cannot be: then the snapshot is damaged, and another one is taken. */
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
