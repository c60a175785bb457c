package dev.synod.quorum;

import java.util.Locale;
import java.util.Set;

/**
 * Thrown for an unusable quorum system; the message says what is wrong, where, and what was
 * expected.
 */
public class QuorumException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  QuorumException(String message) {
    super(message);
  }

  /** Returns a copy that names the place in the JSON document. */
  QuorumException at(String path) {
    return new QuorumException(path + ": " + getMessage());
  }

  /**
   * Thrown for a phase-1 and a phase-2 quorum without a common member, which would break agreement.
   */
  public static final class Disjoint extends QuorumException {
    private static final long serialVersionUID = 1;
    private final transient Set<String> phase1;
    private final transient Set<String> phase2;

    Disjoint(Set<String> phase1, Set<String> phase2) {
      super(
          String.format(
              Locale.ROOT,
              "phase-1 quorum %s and phase-2 quorum %s have no member in common, so two values could"
                  + " be chosen; make a phase ask for more, or leave one phase out to have it derived",
              phase1,
              phase2));
      this.phase1 = phase1;
      this.phase2 = phase2;
    }

    /** Returns a minimal phase-1 quorum that does not intersect {@link #phase2()}. */
    public Set<String> phase1() {
      return phase1;
    }

    /** Returns a minimal phase-2 quorum that does not intersect {@link #phase1()}. */
    public Set<String> phase2() {
      return phase2;
    }
  }
}
