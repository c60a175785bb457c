package dev.synod.quorum;

/**
 * Decides whether every set of one family meets every set of another.
 *
 * <p>They do iff the one lies within the other's dual. That is shown by form where possible: always
 * for counts and for a derived phase, however many members. Otherwise the members are dealt to two
 * sides until the one side holds a set of its family and the other side of its own. The search is
 * complete, and is cut where a side cannot get there even with all that are left.
 */
final class QuorumIntersection {
  /** The whole tree of 20 members; a search may take more members, never more steps. */
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
   * A set of {@code one} whose complement is in {@code two}, or 0 if all meet.
   *
   * @param one a family without the empty set
   * @param two a family without the empty set
   * @throws QuorumException if that cannot be found out in reasonable time
   */
  static long disjoint(Family one, Family two) {
    return one.implies(two.dual()) ? 0 : new QuorumIntersection(one, two).deal(0, 0);
  }

  private long deal(long sideOne, long sideTwo) {
    if (++steps > MAX_STEPS) {
      throw new QuorumException(
          ("cannot tell in %d steps whether every phase-1 quorum meets every phase-2 quorum of these"
                  + " %d members; leave one phase out (it is then derived, and always meets), or use"
                  + " fewer members (20 can always be checked)")
              .formatted(MAX_STEPS, Long.bitCount(members)));
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
