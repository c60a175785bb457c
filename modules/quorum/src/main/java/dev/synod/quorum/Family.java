package dev.synod.quorum;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A monotone family of member sets: with a set it contains every larger set. Sets are bit sets;
 * bits of non-members are ignored. Every rule consists of the three kinds below. The dual of each
 * kind is of the same kind, so that a derived phase is a formula too and needs no enumeration.
 */
sealed interface Family {
  boolean contains(long set);

  /**
   * Returns the dual family: all sets that intersect every set of this family. A set is in the dual
   * iff its complement is not in this family.
   */
  Family dual();

  /**
   * Tells whether the form of this family alone shows that it lies within {@code other}. False
   * proves nothing. Every family implies itself.
   */
  boolean implies(Family other);

  /** Returns the members that the family mentions; other members make no difference. */
  long support();

  /** Returns a set of the family; the smallest one if no member is mentioned twice. */
  long small();

  /** All sets with at least {@code needed} of {@code members}. */
  record Count(long members, int needed) implements Family {
    @Override
    public boolean contains(long set) {
      return Long.bitCount(set & members) >= needed;
    }

    @Override
    public Family dual() {
      return new Count(members, Long.bitCount(members) - needed + 1);
    }

    @Override
    public boolean implies(Family other) {
      return other instanceof Count that
          && needed - Long.bitCount(members & ~that.members) >= that.needed;
    }

    @Override
    public long support() {
      return members;
    }

    @Override
    public long small() {
      long rest = members;
      for (int i = 0; i < needed; i++) {
        rest &= rest - 1;
      }
      return members & ~rest;
    }
  }

  /** All sets whose weights add up to {@code needed}; {@code weights} has one entry per member. */
  record Weighted(List<Integer> weights, long needed) implements Family {
    @Override
    public boolean contains(long set) {
      long sum = 0;
      for (int i = 0; i < weights.size(); i++) {
        if ((set >>> i & 1) != 0) {
          sum += weights.get(i);
        }
      }
      return sum >= needed;
    }

    @Override
    public Family dual() {
      long total = weights.stream().mapToLong(Integer::longValue).sum();
      return new Weighted(weights, total - needed + 1);
    }

    @Override
    public boolean implies(Family other) {
      return other instanceof Weighted that
          && weights.equals(that.weights)
          && needed >= that.needed;
    }

    @Override
    public long support() {
      return IntStream.range(0, weights.size())
          .filter(i -> weights.get(i) > 0)
          .mapToLong(i -> 1L << i)
          .sum();
    }

    @Override
    public long small() {
      long set = 0;
      List<Integer> heaviestFirst =
          IntStream.range(0, weights.size())
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -weights.get(i)))
              .toList();
      for (int i : heaviestFirst) {
        if (contains(set)) {
          break;
        }
        set |= 1L << i;
      }
      return set;
    }
  }

  /** All sets that are in at least {@code needed} of {@code parts}. */
  record AtLeast(List<Family> parts, int needed) implements Family {
    @Override
    public boolean contains(long set) {
      int missing = needed;
      for (int i = 0; i < parts.size() && missing > 0; i++) {
        if (parts.get(i).contains(set)) {
          missing--;
        }
      }
      return missing <= 0;
    }

    @Override
    public Family dual() {
      return new AtLeast(parts.stream().map(Family::dual).toList(), parts.size() - needed + 1);
    }

    @Override
    public boolean implies(Family other) {
      return other instanceof AtLeast that
          && needed >= that.needed
          && parts.size() == that.parts.size()
          && IntStream.range(0, parts.size())
              .allMatch(i -> parts.get(i).implies(that.parts.get(i)));
    }

    @Override
    public long support() {
      return parts.stream().mapToLong(Family::support).reduce(0, (a, b) -> a | b);
    }

    @Override
    public long small() {
      return parts.stream()
          .map(Family::small)
          .sorted(Comparator.comparing((Long set) -> Long.bitCount(set)))
          .limit(needed)
          .reduce(0L, (a, b) -> a | b);
    }
  }
}
