package dev.synod.quorum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The definitions, word by word, over sets of names and by trying every set: no bits, no formulas,
 * no duals. Shares nothing with the code under test but the spec.
 */
final class Oracle {
  private final List<Set<String>> subsets = new ArrayList<>();
  private final Set<String> members;
  private final Set<Set<String>> one;
  private final Set<Set<String>> two;

  Oracle(List<String> members, QuorumSpec spec) {
    this.members = new HashSet<>(members);
    subsets.add(Set.of());
    for (String member : members) {
      for (Set<String> set : List.copyOf(subsets)) {
        subsets.add(union(set, Set.of(member)));
      }
    }
    boolean oneGiven = given(spec, Phase.ONE);
    boolean twoGiven = given(spec, Phase.TWO);
    Set<Set<String>> first = oneGiven ? written(spec, Phase.ONE) : null;
    Set<Set<String>> second = twoGiven ? written(spec, Phase.TWO) : null;
    this.one = first != null ? first : meetingAll(second);
    this.two = second != null ? second : meetingAll(first);
  }

  Set<Set<String>> quorums(Phase phase) {
    return phase == Phase.ONE ? one : two;
  }

  List<Set<String>> subsets() {
    return subsets;
  }

  boolean meet() {
    return one.stream().allMatch(a -> two.stream().allMatch(b -> meet(a, b)));
  }

  boolean trivial() {
    return one.isEmpty() || two.isEmpty() || one.contains(Set.of()) || two.contains(Set.of());
  }

  int smallestSize(Phase phase) {
    return quorums(phase).stream().mapToInt(Set::size).min().orElseThrow();
  }

  boolean minimal(Phase phase, Set<String> set) {
    return quorums(phase).contains(set)
        && quorums(phase).stream().noneMatch(q -> q.size() < set.size() && set.containsAll(q));
  }

  Verdict verdict(Phase phase, Set<String> granted, Set<String> refused) {
    if (quorums(phase).stream().anyMatch(granted::containsAll)) {
      return Verdict.WON;
    }
    boolean hope =
        quorums(phase).stream().anyMatch(q -> members.containsAll(q) && !meet(q, refused));
    return hope ? Verdict.PENDING : Verdict.LOST;
  }

  private Set<Set<String>> written(QuorumSpec spec, Phase phase) {
    Set<Set<String>> family = new HashSet<>();
    for (Set<String> set : subsets) {
      if (holds(spec, phase == Phase.ONE, set)) {
        family.add(set);
      }
    }
    return family;
  }

  private Set<Set<String>> meetingAll(Set<Set<String>> other) {
    Set<Set<String>> family = new HashSet<>();
    for (Set<String> set : subsets) {
      if (other.stream().allMatch(q -> meet(q, set))) {
        family.add(set);
      }
    }
    return family;
  }

  private static boolean given(QuorumSpec spec, Phase phase) {
    if (spec instanceof QuorumSpec.Majority) {
      return true;
    }
    if (spec instanceof QuorumSpec.Grid g && g.phase1() == null && g.phase2() == null) {
      return phase == Phase.ONE;
    }
    return spec.toJson().has(phase == Phase.ONE ? "phase1" : "phase2");
  }

  private boolean holds(QuorumSpec spec, boolean first, Set<String> set) {
    if (spec instanceof QuorumSpec.Majority) {
      return 2 * set.size() > members.size();
    } else if (spec instanceof QuorumSpec.Counts c) {
      return set.size() >= (first ? c.phase1() : c.phase2());
    } else if (spec instanceof QuorumSpec.Grid g) {
      QuorumSpec.Line line = first ? g.phase1() : g.phase2();
      return line == QuorumSpec.Line.COLUMN
          ? g.rows().stream().allMatch(row -> meet(row, set))
          : g.rows().stream().anyMatch(set::containsAll);
    } else if (spec instanceof QuorumSpec.Weights w) {
      return set.stream().mapToInt(w.weights()::get).sum() >= (first ? w.phase1() : w.phase2());
    } else if (spec instanceof QuorumSpec.Zones z) {
      QuorumSpec.Quota quota = first ? z.phase1() : z.phase2();
      return z.zones().values().stream()
              .filter(zone -> zone.stream().filter(set::contains).count() >= quota.members())
              .count()
          >= quota.zones();
    } else if (spec instanceof QuorumSpec.Expression e) {
      return holds(first ? e.phase1() : e.phase2(), set);
    }
    throw new AssertionError(spec);
  }

  private static boolean holds(QuorumSpec.Node node, Set<String> set) {
    if (node instanceof QuorumSpec.Node.Member m) {
      return set.contains(m.name());
    } else if (node instanceof QuorumSpec.Node.And and) {
      return and.of().stream().allMatch(n -> holds(n, set));
    } else if (node instanceof QuorumSpec.Node.Or or) {
      return or.of().stream().anyMatch(n -> holds(n, set));
    } else if (node instanceof QuorumSpec.Node.Choose c) {
      return c.of().stream().filter(n -> holds(n, set)).count() >= c.choose();
    }
    throw new AssertionError(node);
  }

  private static boolean meet(Collection<String> a, Set<String> b) {
    return a.stream().anyMatch(b::contains);
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> union = new HashSet<>(a);
    union.addAll(b);
    return union;
  }
}
