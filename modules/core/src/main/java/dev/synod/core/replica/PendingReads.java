package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
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
 * The reads of one member's callers. Each read waits until the replica's state satisfies its {@link
 * ReadLevel}. Concurrent reads are merged, so that a read costs no more than its number.
 */
final class PendingReads {
  /** Reads that may be answered once this slot is applied. */
  private record Reached(long first, long last, long slot, ReadLevel.Kind used, long until) {}

  /** Reads for which a sufficiently recent answer of the leader suffices. */
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

  /** The read index requests with even numbers; requests that accept a lease have odd numbers. */
  private final ReadIndexBatch confirmed;

  private final ReadIndexBatch leased;
  private final ArrayDeque<Bounded> bounded = new ArrayDeque<>();
  private final PriorityQueue<Reached> reached =
      new PriorityQueue<>(
          Comparator.comparingLong(Reached::slot).thenComparingLong(Reached::first));

  private long numbers;
  private long waiting;

  /** Time of the last answered request, and the read index of its answer; -1 if there is none. */
  private long freshAt;

  private long freshSlot = -1;
  private @Nullable String leader;
  private long now;

  /**
   * Creates an empty set of reads.
   *
   * @param unique random number from which requests are numbered, so that a late reply to an
   *     earlier incarnation of the member matches no request of this one
   */
  PendingReads(long unique, String self, Settings settings, Proposer proposer, long now) {
    this.self = self;
    this.settings = settings;
    this.proposer = proposer;
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

  /** Ends a turn: answers the reads that can be answered and asks the leader for the others. */
  void flush(@Nullable String current, long applied, Effects out) {
    for (Bounded reads = bounded.poll(); reads != null; reads = bounded.poll()) {
      if (isFresh(reads.bound, applied)) {
        complete(reads.first, reads.last, applied, ReadLevel.Kind.BOUNDED, out);
      } else {
        for (long number = reads.first; number <= reads.last; number++) {
          confirmed.add(number, reads.until);
        }
      }
    }
    applied(applied, out);
    boolean changed = current != null && !current.equals(leader);
    leader = current;
    if (current != null) {
      confirmed.flush(changed, now, question -> ask(current, question, out));
      leased.flush(changed, now, question -> ask(current, question, out));
    }
  }

  /** Tells whether this member's state was current at most that many milliseconds ago. */
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

  /** Handles the leader's read index for all reads that preceded its request. */
  void answered(ReadIndexReply reply, long applied, Effects out) {
    ReadIndexBatch readIndexBatch = (reply.number() & 1) == 0 ? confirmed : leased;
    long askedAt = readIndexBatch.askedAt(reply.number());
    if (askedAt >= 0 && askedAt >= freshAt) {
      // Freshness counts from the request, because the transit time of the reply is unknown.
      freshAt = askedAt;
      freshSlot = reply.slot();
    }
    ReadLevel.Kind used = reply.leased() ? ReadLevel.Kind.LEASE : ReadLevel.Kind.LINEARIZABLE;
    for (ReadIndexBatch.Batch reads = readIndexBatch.answered(reply.number());
        reads != null;
        reads = readIndexBatch.answered(reply.number())) {
      reached.add(new Reached(reads.first, reads.last, reply.slot(), used, reads.until));
    }
    applied(applied, out);
  }

  /** Records that the replica has applied every slot up to this one. */
  void applied(long slot, Effects out) {
    for (Reached next = reached.peek();
        next != null && next.slot() <= slot;
        next = reached.peek()) {
      reached.remove();
      complete(next.first(), next.last(), slot, next.used(), out);
    }
  }

  private void complete(long first, long last, long slot, ReadLevel.Kind used, Effects out) {
    end(first, last, new Outcome.ReadAt(slot, used), out);
  }

  private void end(long first, long last, Outcome outcome, Effects out) {
    waiting -= last - first + 1;
    out.completeReads(first, last, outcome);
  }

  /** Sets the time between two ticks. */
  void time(long now) {
    this.now = now;
  }

  /** Repeats unanswered requests and ends the reads that timed out. */
  void tick(Effects out) {
    late(confirmed, out);
    late(leased, out);
    // The reads are removed before any of them ends, because its caller may read again immediately.
    List<Reached> late = reached.stream().filter(next -> now >= next.until()).toList();
    late.forEach(reached::remove);
    late.forEach(next -> end(next.first(), next.last(), new Outcome.NoQuorum(), out));
  }

  private void late(ReadIndexBatch readIndexBatch, Effects out) {
    for (ReadIndexBatch.Batch reads = readIndexBatch.late(now);
        reads != null;
        reads = readIndexBatch.late(now)) {
      end(reads.first, reads.last, new Outcome.NoQuorum(), out);
    }
    String to = leader;
    if (to != null && readIndexBatch.isUnanswered(settings.retry(), now)) {
      readIndexBatch.flush(true, now, question -> ask(to, question, out));
    }
  }
}
