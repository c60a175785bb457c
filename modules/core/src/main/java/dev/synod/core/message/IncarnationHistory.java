package dev.synod.core.message;

import java.util.List;

/**
 * All incarnations of a store. The latest incarnation proves with it that it continues an earlier
 * one, because it knows the token that the earlier one drew.
 *
 * @param store random identity of the store, drawn when it was created
 * @param start number of this opening, from 1
 * @param tokens random tokens of the last openings, at least one; the last token belongs to this
 *     opening
 */
public record IncarnationHistory(long store, long start, List<Long> tokens) {
  public IncarnationHistory {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty() || start < tokens.size()) {
      throw new IllegalArgumentException(start + " starts and " + tokens.size() + " tokens");
    }
  }

  /** Returns the history of a store at its first opening. */
  public static IncarnationHistory first(long store, long token) {
    return new IncarnationHistory(store, 1, List.of(token));
  }

  /** Returns the current incarnation. */
  public Incarnation incarnation() {
    return new Incarnation(store, start, tokens.get(tokens.size() - 1));
  }

  /** Returns the token of an opening; 0 if it is forgotten or in the future. */
  public long tokenOf(long opening) {
    long back = start - opening;
    return back < 0 || back >= tokens.size() ? 0 : tokens.get((int) (tokens.size() - 1 - back));
  }
}
