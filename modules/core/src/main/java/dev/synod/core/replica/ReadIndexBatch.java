package dev.synod.core.replica;

import dev.synod.core.message.Message.ReadIndex;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a member to the leader, of one kind: one at a time, and all reads that came
 * meanwhile are answered with the next one.
 */
final class ReadIndexBatch {
  /** Reads that were asked for at about the same time, and so have their numbers in a row. */
  static final class Batch {
    final long first;
    final long until;
    long last;

    /** The first question that was asked after all of them were; 0 as long as there is none. */
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
   * No questions yet.
   *
   * @param leased whether a lease of the leader is good enough
   * @param start the questions are numbered from here, every other number
   */
  ReadIndexBatch(boolean leased, long start) {
    this.leased = leased;
    this.question = start;
    this.answered = start;
  }

  /** Takes a read; what comes within one tick is one. */
  void add(long number, long until) {
    Batch last = open.peekLast();
    if (last != null && last.last == number - 1 && last.until == until) {
      last.last = number;
    } else {
      open.add(new Batch(number, until));
    }
  }

  /** Asks the leader if anything is to be asked and nothing is; or at any rate. */
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

  /** Whether the last question is unanswered for so long. */
  boolean isUnanswered(long milliseconds, long now) {
    return question != answered && now - askedAt >= milliseconds;
  }

  /**
   * When the question was asked that is answered by this number; -1 if that is none of ours, or not
   * the last.
   */
  long askedAt(long number) {
    return number == question ? askedAt : -1;
  }

  /** The next reads that this answer is for; null if there are no more. */
  @Nullable Batch answered(long number) {
    if (number > question) {
      return null;
    }
    answered = Math.max(answered, number);
    Batch reads = asked.peek();
    return reads != null && reads.question <= number ? asked.poll() : null;
  }

  /** The next reads whose time is up; null if there are none. */
  @Nullable Batch late(long now) {
    Batch reads = asked.peek();
    if (reads != null && now >= reads.until) {
      return asked.poll();
    }
    reads = open.peek();
    return reads != null && now >= reads.until ? open.poll() : null;
  }
}
