package dev.synod.quorum;

import java.util.Locale;

/**
 * Decides whether every set of one family intersects every set of another family.
 *
 * <p>This holds iff one family lies within the dual of the other. The form of the families shows it
 * where possible: always for counts and for a derived phase, for any number of members. Otherwise a
 * search assigns the members to two sides until each side holds a set of its family. The search is
 * complete, and it prunes a branch in which a side cannot reach its family even with all remaining
 * members.
 */
final class QuorumIntersection {
  /** Maximum number of search steps: the whole tree of 20 members. */
  private static final int MAX_STEPS = 1 << 21;

  private final Family one;
  private final Family two;
  private final long members;
  private int steps;

  private QuorumIntersection(Family one, Family two) {
    this.one = one;
    this.two = two;
    this.members = one.support() | two.support();
  }

  /**
   * Returns a set of {@code one} whose complement is in {@code two}; 0 if all sets intersect.
   *
   * @param one a family without the empty set
   * @param two a family without the empty set
   * @throws QuorumException if the search exceeds {@link #MAX_STEPS}
   */
  static long disjoint(Family one, Family two) {
    return one.implies(two.dual()) ? 0 : new QuorumIntersection(one, two).deal(0, 0);
  }

  private long deal(long sideOne, long sideTwo) {
    if (++steps > MAX_STEPS) {
      throw new QuorumException(
          String.format(
              Locale.ROOT,
              "cannot tell in %d steps whether every phase-1 quorum intersects every phase-2 quorum of"
                  + " these %d members; omit one phase, which is then derived, or use at most 20"
                  + " members",
              MAX_STEPS,
              Long.bitCount(members)));
    }
    long left = members & ~(sideOne | sideTwo);
    if (!one.contains(sideOne | left) || !two.contains(sideTwo | left)) {
      return 0;
    }
    if (one.contains(sideOne)) {
      return sideOne;
    }
    if (two.contains(sideTwo)) {
      return sideOne | left;
    }
    long next = Long.lowestOneBit(left);
    long found = deal(sideOne | next, sideTwo);
    return found != 0 ? found : deal(sideOne, sideTwo | next);
  }
}
