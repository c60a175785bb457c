package dev.synod.core.replica;

import dev.synod.core.message.Message.ReadIndex;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The read index requests of a member, of one kind. One request is in flight at a time; all reads
 * that arrive meanwhile share the next request.
 */
final class ReadIndexBatch {
  /** Reads of about the same time, with consecutive numbers. */
  static final class Batch {
    final long first;
    final long until;
    long last;

    /** First request that follows all of these reads; 0 if there is none yet. */
    long question;

    Batch(long number, long until) {
      this.first = number;
      this.last = number;
      this.until = until;
    }
  }

  private final boolean leased;
  private final ArrayDeque<Batch> open = new ArrayDeque<>();
  private final ArrayDeque<Batch> asked = new ArrayDeque<>();
  private long question;
  private long answered;
  private long askedAt;

  /**
   * Creates an empty batch.
   *
   * @param leased whether a lease of the leader suffices
   * @param start number of the first request; the requests use every other number
   */
  ReadIndexBatch(boolean leased, long start) {
    this.leased = leased;
    this.question = start;
    this.answered = start;
  }

  /** Adds a read; the reads of one tick form a batch. */
  void add(long number, long until) {
    Batch last = open.peekLast();
    if (last != null && last.last == number - 1 && last.until == until) {
      last.last = number;
    } else {
      open.add(new Batch(number, until));
    }
  }

  /**
   * Sends a request if reads need one and none is in flight.
   *
   * @param anyway whether to send a request in any case
   */
  void flush(boolean anyway, long now, Consumer<ReadIndex> leader) {
    if ((open.isEmpty() && (asked.isEmpty() || !anyway)) || (question != answered && !anyway)) {
      return;
    }
    question += 2;
    askedAt = now;
    for (Batch reads = open.poll(); reads != null; reads = open.poll()) {
      reads.question = question;
      asked.add(reads);
    }
    leader.accept(new ReadIndex(question, leased));
  }

  /** Tells whether the last request has been unanswered for that long. */
  boolean isUnanswered(long milliseconds, long now) {
    return question != answered && now - askedAt >= milliseconds;
  }

  /**
   * Returns the time of the request with this number; -1 if it is not the last request of this
   * member.
   */
  long askedAt(long number) {
    return number == question ? askedAt : -1;
  }

  /** Returns the next reads that this reply answers; null if there are no more. */
  @Nullable Batch answered(long number) {
    if (number > question) {
      return null;
    }
    answered = Math.max(answered, number);
    Batch reads = asked.peek();
    return reads != null && reads.question <= number ? asked.poll() : null;
  }

  /** Returns the next reads that timed out; null if there are none. */
  @Nullable Batch late(long now) {
    Batch reads = asked.peek();
    if (reads != null && now >= reads.until) {
      return asked.poll();
    }
    reads = open.peek();
    return reads != null && now >= reads.until ? open.poll() : null;
  }
}
