package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.host.Completions;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Effects;
import dev.synod.core.proposer.Proposer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one member's callers, each of which waits until the member's replica may be read at
 * the {@link ReadLevel} that was asked for. Reads that come together are one: no read costs more
 * than its number.
 */
final class PendingReads {
  /** Reads that may be answered once this slot is applied. */
  private record Reached(long first, long last, long slot, ReadLevel.Kind used, long until) {}

  /** Reads that an answer from the leader will do for which was asked for not long ago. */
  private static final class Bounded {
    final long first;
    final long bound;
    final long until;
    long last;

    Bounded(long number, long bound, long until) {
      this.first = number;
      this.last = number;
      this.bound = bound;
      this.until = until;
    }
  }

  private final String self;
  private final Settings settings;
  private final Proposer proposer;
  private final Completions callers;

  /** Its questions have even numbers, those to a leader with a lease odd ones. */
  private final ReadIndexBatch confirmed;

  private final ReadIndexBatch leased;
  private final ArrayDeque<Bounded> bounded = new ArrayDeque<>();
  private final PriorityQueue<Reached> reached =
      new PriorityQueue<>(
          Comparator.comparingLong(Reached::slot).thenComparingLong(Reached::first));

  private long numbers;
  private long waiting;

  /** When the last question was asked that has an answer, and what that was; -1 if none has. */
  private long freshAt;

  private long freshSlot = -1;
  private @Nullable String leader;
  private long now;

  /**
   * No reads yet.
   *
   * @param unique drawn at random: questions are numbered from there, so that no late answer to an
   *     earlier life of the member is taken for one to this
   */
  PendingReads(
      long unique,
      String self,
      Settings settings,
      Proposer proposer,
      Completions callers,
      long now) {
    this.self = self;
    this.settings = settings;
    this.proposer = proposer;
    this.callers = callers;
    this.now = now;
    long questions = unique >>> 2;
    this.confirmed = new ReadIndexBatch(false, questions & -2L);
    this.leased = new ReadIndexBatch(true, questions | 1);
  }

  /** See {@link ClientSession#read}. */
  long read(ReadLevel level) {
    if (waiting >= settings.sessions().maxReads()) {
      return 0;
    }
    waiting++;
    long number = ++numbers;
    long until = now + settings.requestTimeout();
    switch (level.kind()) {
      case LINEARIZABLE -> confirmed.add(number, until);
      case LEASE -> leased.add(number, until);
      case BOUNDED -> {
        Bounded last = bounded.peekLast();
        if (last != null && last.last == number - 1 && last.bound == level.bound()) {
          last.last = number;
        } else {
          bounded.add(new Bounded(number, level.bound(), until));
        }
      }
      case NOT_BEFORE, LOCAL ->
          reached.add(new Reached(number, number, level.bound(), level.kind(), until));
    }
    return number;
  }

  /** Ends a turn: answers what can be, and asks the leader for the rest. */
  void flush(@Nullable String current, long applied, Effects out) {
    for (Bounded reads = bounded.poll(); reads != null; reads = bounded.poll()) {
      if (isFresh(reads.bound, applied)) {
        complete(reads.first, reads.last, applied, ReadLevel.Kind.BOUNDED);
      } else {
        for (long number = reads.first; number <= reads.last; number++) {
          confirmed.add(number, reads.until);
        }
      }
    }
    applied(applied);
    boolean changed = current != null && !current.equals(leader);
    leader = current;
    if (current != null) {
      confirmed.flush(changed, now, question -> ask(current, question, out));
      leased.flush(changed, now, question -> ask(current, question, out));
    }
  }

  /** Whether this member's state was current so many milliseconds ago, or later. */
  private boolean isFresh(long bound, long applied) {
    return freshSlot >= 0 && applied >= freshSlot && now - freshAt <= bound;
  }

  private void ask(String to, ReadIndex question, Effects out) {
    if (to.equals(self)) {
      proposer.readIndex(self, question);
    } else {
      out.send(to, question);
    }
  }

  /** The leader named the slot to read at, for all reads that were asked up to its question. */
  void answered(ReadIndexReply reply, long applied) {
    ReadIndexBatch readIndexBatch = (reply.number() & 1) == 0 ? confirmed : leased;
    long askedAt = readIndexBatch.askedAt(reply.number());
    if (askedAt >= 0 && askedAt >= freshAt) {
      // Counted from the question: how long the answer took, nobody else can know.
      freshAt = askedAt;
      freshSlot = reply.slot();
    }
    ReadLevel.Kind used = reply.leased() ? ReadLevel.Kind.LEASE : ReadLevel.Kind.LINEARIZABLE;
    for (ReadIndexBatch.Batch reads = readIndexBatch.answered(reply.number());
        reads != null;
        reads = readIndexBatch.answered(reply.number())) {
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

  /** Tells the time, with {@link #tick} or between two. */
  void time(long now) {
    this.now = now;
  }

  /** Asks again, and ends what took too long. */
  void tick(Effects out) {
    late(confirmed, out);
    late(leased, out);
    // Taken out before any ends: whoever hears of the end may read again.
    List<Reached> late = reached.stream().filter(next -> now >= next.until()).toList();
    late.forEach(reached::remove);
    late.forEach(next -> end(next.first(), next.last(), new Outcome.NoQuorum()));
  }

  private void late(ReadIndexBatch readIndexBatch, Effects out) {
    for (ReadIndexBatch.Batch reads = readIndexBatch.late(now);
        reads != null;
        reads = readIndexBatch.late(now)) {
      end(reads.first, reads.last, new Outcome.NoQuorum());
    }
    String to = leader;
    if (to != null && readIndexBatch.isUnanswered(settings.retry(), now)) {
      readIndexBatch.flush(true, now, question -> ask(to, question, out));
    }
  }
}
