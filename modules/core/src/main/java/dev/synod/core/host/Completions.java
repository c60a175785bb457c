package dev.synod.core.host;

import dev.synod.core.Outcome;

/**
 * Receives the outcome of each request of a member's callers, exactly once. A request is known by
 * the number that the member returned for it.
 */
public interface Completions {
  /** A command of this member's session came to its end. */
  void complete(long sequence, Outcome outcome);

  /** A change of configuration that this member was asked for came to its end. */
  void completeChange(long number, Outcome outcome);

  /** The reads of these numbers, the last one included, may be done now, or have failed. */
  void completeReads(long first, long last, Outcome outcome);
}
