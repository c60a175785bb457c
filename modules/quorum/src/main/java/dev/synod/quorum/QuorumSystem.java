package dev.synod.quorum;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The phase-1 and phase-2 quorums of a group, with the proof that every phase-1 quorum intersects
 * every phase-2 quorum. This intersection is the only property of quorums that Paxos requires
 * (Howard, Malkhi, Spiegelman, "Flexible Paxos", 2016, section 3). Every count of answers uses this
 * class.
 *
 * <p>Immutable and thread-safe. Sets of members are bit sets: bit i stands for {@code
 * members().get(i)}; other bits are ignored.
 */
public final class QuorumSystem {
  /** Maximum number of members: the bits of a long without the sign. */
  public static final int MAX_MEMBERS = 63;

  /**
   * Maximum length of the JSON text of a rule, in characters, so that it can be stored and sent.
   */
  public static final int MAX_RULE = 16_000;

  /** Number of members up to which a phase is looked up in a table of 2^n bits, at most 8 KiB. */
  private static final int MAX_TABLE_MEMBERS = 16;

  private final List<String> members;
  private final Map<String, Integer> index;
  private final QuorumSpec spec;
  private final LongPredicate one;
  private final LongPredicate two;
  private final long smallestOne;
  private final long smallestTwo;

  private QuorumSystem(Map<String, Integer> index, QuorumSpec spec, boolean allowSingleCopy) {
    this.members = List.copyOf(index.keySet());
    this.index = index;
    this.spec = spec;
    Families families = Families.of(spec, index);
    refuseDisjoint(families);
    if (!allowSingleCopy && members.size() > 1) {
      refuseSingleCopy(families.two());
    }
    this.one = quick(families.one());
    this.two = quick(families.two());
    this.smallestOne = smallest(families.one(), one);
    this.smallestTwo = smallest(families.two(), two);
  }

  /** Returns the system in which a quorum of either phase is more than half of the members. */
  public static QuorumSystem majority(Collection<String> members) {
    return of(members, new QuorumSpec.Majority());
  }

  /**
   * Returns the system in which any {@code phase1} members are a phase-1 quorum and any {@code
   * phase2} members a phase-2 quorum.
   *
   * @throws QuorumException if the quorums do not intersect
   */
  public static QuorumSystem counts(Collection<String> members, int phase1, int phase2) {
    return of(members, new QuorumSpec.Counts(phase1, phase2));
  }

  /**
   * Builds a quorum system as {@link #of(Collection, QuorumSpec, boolean)} does, without allowing a
   * single copy.
   */
  public static QuorumSystem of(Collection<String> members, QuorumSpec spec) {
    return of(members, spec, false);
  }

  /**
   * Builds a quorum system and proves that its phases intersect.
   *
   * @param members distinct names, 1 to {@value #MAX_MEMBERS}
   * @param allowSingleCopy whether a single one of several members may be a phase-2 quorum; a
   *     chosen value is then lost with the only disk that holds it
   * @throws QuorumException if the members or the spec are invalid, if a phase has no quorum or an
   *     empty one, if a single copy is not allowed, or (as {@link QuorumException.Disjoint}) if the
   *     phases do not intersect
   */
  public static QuorumSystem of(
      Collection<String> members, QuorumSpec spec, boolean allowSingleCopy) {
    Checks.that(
        !members.isEmpty() && members.size() <= MAX_MEMBERS,
        String.format(
            Locale.ROOT, "expected 1 to %d members, found %d", MAX_MEMBERS, members.size()));
    Checks.distinct(members);
    int length = spec.text().length();
    Checks.that(
        length <= MAX_RULE,
        String.format(
            Locale.ROOT,
            "a quorum rule has at most %d characters in JSON, found %d",
            MAX_RULE,
            length));
    Map<String, Integer> index = new LinkedHashMap<>();
    for (String member : members) {
      Checks.that(!member.isBlank(), "a member's name is blank");
      index.put(member, index.size());
    }
    return new QuorumSystem(Collections.unmodifiableMap(index), spec, allowSingleCopy);
  }

  /** Returns the members in the given order. */
  public List<String> members() {
    return members;
  }

  /** Returns the bit index of a member; -1 if the name is not a member. */
  public int indexOf(String member) {
    Integer i = index.get(member);
    return i == null ? -1 : i;
  }

  /** Returns the members of a bit set, in the order of {@link #members()}. */
  public Set<String> names(long set) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < members.size(); i++) {
      if ((set >>> i & 1) != 0) {
        names.add(members.get(i));
      }
    }
    return Collections.unmodifiableSet(names);
  }

  /** Returns the bit set of these names; names of non-members are ignored. */
  public long bits(Collection<String> names) {
    long bits = 0;
    for (String name : names) {
      int i = indexOf(name);
      bits |= i < 0 ? 0 : 1L << i;
    }
    return bits;
  }

  public boolean isQuorum(Phase phase, long set) {
    return quorums(phase).test(set);
  }

  public boolean isQuorum(Phase phase, Collection<String> names) {
    return isQuorum(phase, bits(names));
  }

  /**
   * Evaluates a count of answers. A member in both sets counts as granted. Allocates nothing.
   *
   * @param phase phase to which the answers belong
   * @param granted members that granted
   * @param refused members that refused, or that can never answer
   */
  public Verdict verdict(Phase phase, long granted, long refused) {
    LongPredicate quorums = quorums(phase);
    if (quorums.test(granted)) {
      return Verdict.WON;
    }
    return quorums.test(granted | ~refused) ? Verdict.PENDING : Verdict.LOST;
  }

  /** Starts a count without answers. */
  public Tally tally(Phase phase) {
    return new Tally(this, phase);
  }

  /**
   * Returns a quorum with the fewest members, always the same one. With more than 16 members and an
   * expression that names a member twice, the quorum is only minimal: no member of it can be
   * removed.
   */
  public Set<String> smallest(Phase phase) {
    return names(smallestBits(phase));
  }

  /** Returns {@link #smallest(Phase)} as a bit set. */
  public long smallestBits(Phase phase) {
    return phase == Phase.ONE ? smallestOne : smallestTwo;
  }

  /** Returns the size of {@link #smallest(Phase)}. */
  public int smallestSize(Phase phase) {
    return Long.bitCount(smallestBits(phase));
  }

  public QuorumSpec spec() {
    return spec;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QuorumSystem that
        && members.equals(that.members)
        && spec.equals(that.spec);
  }

  @Override
  public int hashCode() {
    return 31 * members.hashCode() + spec.hashCode();
  }

  /**
   * Returns a description such as {@code majority of 3 (P1 = 2, P2 = 2)}, with ≥ where larger
   * minimal quorums exist.
   */
  @Override
  public String toString() {
    boolean equal = spec instanceof QuorumSpec.Majority || spec instanceof QuorumSpec.Counts;
    return String.format(
        Locale.ROOT,
        "%1$s of %2$d (P1 %3$s %4$d, P2 %3$s %5$d)",
        spec.rule(),
        members.size(),
        equal ? "=" : "≥",
        smallestSize(Phase.ONE),
        smallestSize(Phase.TWO));
  }

  private LongPredicate quorums(Phase phase) {
    return phase == Phase.ONE ? one : two;
  }

  private long all() {
    return (1L << members.size()) - 1;
  }

  private void refuseDisjoint(Families families) {
    long set = QuorumIntersection.disjoint(families.one(), families.two());
    if (set != 0) {
      throw new QuorumException.Disjoint(
          names(minimal(families.one(), set)), names(minimal(families.two(), all() & ~set)));
    }
  }

  private void refuseSingleCopy(Family phase2) {
    for (int i = 0; i < members.size(); i++) {
      Checks.that(
          !phase2.contains(1L << i),
          String.format(
              Locale.ROOT,
              "%s alone would be a phase-2 quorum, so values could be lost with its disk; let phase 2"
                  + " ask for more, or set allowSingleCopy",
              members.get(i)));
    }
  }

  /** Removes members from a quorum, the last ones first, as long as the rest is still a quorum. */
  private static long minimal(Family family, long set) {
    for (long left = set; left != 0; left &= ~Long.highestOneBit(left)) {
      long without = set & ~Long.highestOneBit(left);
      set = family.contains(without) ? without : set;
    }
    return set;
  }

  private LongPredicate quick(Family family) {
    if (family instanceof Family.Count || members.size() > MAX_TABLE_MEMBERS) {
      return family::contains;
    }
    long all = all();
    long[] table = new long[(int) (all >>> 6) + 1];
    for (int set = 0; set <= all; set++) {
      if (family.contains(set)) {
        table[set >>> 6] |= 1L << set;
      }
    }
    return set -> {
      long known = set & all;
      return (table[(int) (known >>> 6)] >>> known & 1) != 0;
    };
  }

  private long smallest(Family family, LongPredicate quorums) {
    if (family instanceof Family.Count || members.size() > MAX_TABLE_MEMBERS) {
      return minimal(family, family.small());
    }
    long best = all();
    for (long set = 0; set <= all(); set++) {
      if (Long.bitCount(set) < Long.bitCount(best) && quorums.test(set)) {
        best = set;
      }
    }
    return best;
  }
}
