package dev.synod.core.message;

import java.util.List;

/**
 * All lives of a store, so that the latest can show that it goes on where an earlier one ended: it
 * knows what that one drew.
 *
 * @param store drawn at the store's birth
 * @param start counts the openings, from 1
 * @param tokens drawn at the last openings, this one's last; at least one
 */
public record IncarnationHistory(long store, long start, List<Long> tokens) {
  public IncarnationHistory {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty() || start < tokens.size()) {
      throw new IllegalArgumentException(start + " starts and " + tokens.size() + " tokens");
    }
  }

  /** The first opening of a store. */
  public static IncarnationHistory first(long store, long token) {
    return new IncarnationHistory(store, 1, List.of(token));
  }

  /** The life that goes on now. */
  public Incarnation incarnation() {
    return new Incarnation(store, start, tokens.get(tokens.size() - 1));
  }

  /** What was drawn at that opening; 0 if it is not known any more, or is yet to come. */
  public long tokenOf(long opening) {
    long back = start - opening;
    return back < 0 || back >= tokens.size() ? 0 : tokens.get((int) (tokens.size() - 1 - back));
  }
}
