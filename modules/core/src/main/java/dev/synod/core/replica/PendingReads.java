package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.host.Completions;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.proposer.Proposer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one member's callers, each of which waits until the member's replica may be read at
 * the {@link ReadLevel} that was asked for. Reads that come together are one: no read costs more
 * than its number. The leader is asked for all that wait in one inquiry, and not for more before
 * that is answered.
 */
final class PendingReads {
  /** Reads that may be answered once this slot is applied. */
  private record Reached(long first, long last, long slot, ReadLevel.Kind used, long until) {}

  /** Reads of one level that were asked for within one tick, and so have their numbers in a row. */
  private static final class Batch {
    final long first;
    final ReadLevel level;
    final long until;
    long last;

    Batch(long number, ReadLevel level, long until) {
      this.first = number;
      this.last = number;
      this.level = level;
      this.until = until;
    }
  }

  private final String self;
  private final Settings settings;
  private final MemberClock clock;
  private final Proposer proposer;
  private final Completions callers;

  /** Bounded reads of this turn, for which an earlier answer of the leader may do. */
  private final ArrayDeque<Batch> bounded = new ArrayDeque<>();

  /** The reads of the next inquiry. */
  private final ArrayDeque<Batch> open = new ArrayDeque<>();

  /** The reads of the inquiry that is under way; none if it is answered. */
  private final ArrayDeque<Batch> asked = new ArrayDeque<>();

  private final PriorityQueue<Reached> reached =
      new PriorityQueue<>(
          Comparator.comparingLong(Reached::slot).thenComparingLong(Reached::first));

  private long numbers;
  private long waiting;

  /** The last inquiry. */
  private ReadIndex inquiry;

  /** When the leader was asked for the first time, by both clocks, and for the last. */
  private long askedAt;

  private long askedAtWall;

  private long repeatedAt;

  /** When the last inquiry was asked that has an answer, and what that was; -1 if none has. */
  private long freshAt;

  private long freshAtWall;
  private long freshSlot = -1;
  private @Nullable String leader;

  /**
   * Creates an empty set of reads.
   *
   * @param unique drawn at random: inquiries are numbered from there, so that no late answer to an
   *     earlier life of the member is taken for one to this
   */
  PendingReads(long unique, MemberContext context, Proposer proposer, Completions callers) {
    this.self = context.self();
    this.settings = context.settings();
    this.clock = context.clock();
    this.proposer = proposer;
    this.callers = callers;
    this.inquiry = new ReadIndex(unique >>> 2, false);
  }

  /** See {@link ClientSession#read}. */
  long read(ReadLevel level) {
    if (waiting >= settings.sessions().maxReads()) {
      return 0;
    }
    waiting++;
    long number = ++numbers;
    long until = clock.now() + settings.requestTimeout();
    switch (level.kind()) {
      case LINEARIZABLE, LEASE -> add(open, number, level, until);
      case BOUNDED -> add(bounded, number, level, until);
      case NOT_BEFORE, LOCAL ->
          reached.add(new Reached(number, number, level.bound(), level.kind(), until));
    }
    return number;
  }

  private static void add(ArrayDeque<Batch> queue, long number, ReadLevel level, long until) {
    Batch last = queue.peekLast();
    if (last != null
        && last.last == number - 1
        && last.until == until
        && last.level.equals(level)) {
      last.last = number;
    } else {
      queue.add(new Batch(number, level, until));
    }
  }

  /** Ends a turn: answers what can be, and asks the leader for the rest. */
  void flush(@Nullable String current, long applied, Effects out) {
    for (Batch reads = bounded.poll(); reads != null; reads = bounded.poll()) {
      if (isFresh(reads.level.bound(), applied)) {
        complete(reads.first, reads.last, applied, ReadLevel.Kind.BOUNDED);
      } else {
        open.add(reads);
      }
    }
    applied(applied);
    boolean changed = current != null && !current.equals(leader);
    leader = current;
    if (current == null) {
      return;
    }
    if (asked.isEmpty() && !open.isEmpty()) {
      inquire();
      ask(current, out);
    } else if (changed && !asked.isEmpty()) {
      ask(current, out);
    }
  }

  /**
   * Tells whether this member's state was current at most that many milliseconds ago, by both
   * clocks: the monotonic one does not count the sleep of a machine.
   */
  private boolean isFresh(long bound, long applied) {
    return freshSlot >= 0
        && applied >= freshSlot
        && clock.now() - freshAt <= bound
        && clock.wall() - freshAtWall <= bound;
  }

  /** One inquiry for all reads that wait. A lease will do if it will for each of them. */
  private void inquire() {
    asked.addAll(open);
    open.clear();
    boolean leased = asked.stream().allMatch(reads -> reads.level.kind() == ReadLevel.Kind.LEASE);
    inquiry = new ReadIndex(inquiry.number() + 1, leased);
    askedAt = clock.now();
    askedAtWall = clock.wall();
  }

  /** Asks, or asks again under the same number: the leader may have begun to find the answer. */
  private void ask(String to, Effects out) {
    repeatedAt = clock.now();
    if (to.equals(self)) {
      proposer.readIndex(self, inquiry);
    } else {
      out.send(to, inquiry);
    }
  }

  /** The leader named the slot to read at, for all reads of its inquiry. */
  void answered(ReadIndexReply reply, long applied) {
    if (reply.number() != inquiry.number()) {
      return;
    }
    // Counted from the first question: which copy of it was answered, and how long the answer took,
    // is not known here.
    freshAt = askedAt;
    freshAtWall = askedAtWall;
    freshSlot = reply.slot();
    ReadLevel.Kind used = reply.leased() ? ReadLevel.Kind.LEASE : ReadLevel.Kind.LINEARIZABLE;
    for (Batch reads = asked.poll(); reads != null; reads = asked.poll()) {
      reached.add(new Reached(reads.first, reads.last, reply.slot(), used, reads.until));
    }
    applied(applied);
  }

  /** The member's replica has applied everything up to this slot. */
  void applied(long slot) {
    for (Reached next = reached.peek();
        next != null && next.slot() <= slot;
        next = reached.peek()) {
      reached.remove();
      complete(next.first(), next.last(), slot, next.used());
    }
  }

  private void complete(long first, long last, long slot, ReadLevel.Kind used) {
    end(first, last, new Outcome.ReadAt(slot, used));
  }

  private void end(long first, long last, Outcome outcome) {
    waiting -= last - first + 1;
    callers.completeReads(first, last, outcome);
  }

  /** Repeats unanswered requests and ends the reads that timed out. */
  void tick(Effects out) {
    late(asked);
    late(open);
    // Taken out before any ends: a caller that hears of the end may read again.
    List<Reached> late = reached.stream().filter(next -> clock.now() >= next.until()).toList();
    late.forEach(reached::remove);
    late.forEach(next -> end(next.first(), next.last(), new Outcome.NoQuorum()));
    String to = leader;
    if (to != null && !asked.isEmpty() && clock.now() - repeatedAt >= settings.retry()) {
      ask(to, out);
    }
  }

  private void late(ArrayDeque<Batch> queue) {
    for (Batch reads = queue.peek();
        reads != null && clock.now() >= reads.until;
        reads = queue.peek()) {
      queue.remove();
      end(reads.first, reads.last, new Outcome.NoQuorum());
    }
  }
}
