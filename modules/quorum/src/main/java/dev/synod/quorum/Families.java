package dev.synod.quorum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The families of the two phases that a {@link QuorumSpec} describes for given members. */
record Families(Family one, Family two) {

  static Families of(QuorumSpec spec, Map<String, Integer> index) {
    return new Compiler(spec, index).families();
  }

  private record Compiler(QuorumSpec spec, Map<String, Integer> index) {
    Families families() {
      long all = (1L << index.size()) - 1;
      if (spec instanceof QuorumSpec.Counts counts) {
        return of(count(all, counts.phase1()), count(all, counts.phase2()));
      } else if (spec instanceof QuorumSpec.Grid grid) {
        eachOnce(grid.rows().stream().flatMap(List::stream).toList(), "row");
        boolean usual = grid.phase1() == null && grid.phase2() == null;
        QuorumSpec.Line phase1 = usual ? QuorumSpec.Line.ROW : grid.phase1();
        return of(line(grid, phase1), line(grid, grid.phase2()));
      } else if (spec instanceof QuorumSpec.Weights weights) {
        eachOnce(weights.weights().keySet(), "weight");
        List<Integer> byIndex = index.keySet().stream().map(weights.weights()::get).toList();
        return of(weighted(byIndex, weights.phase1()), weighted(byIndex, weights.phase2()));
      } else if (spec instanceof QuorumSpec.Zones zones) {
        eachOnce(zones.zones().values().stream().flatMap(List::stream).toList(), "zone");
        return of(zones(zones, zones.phase1()), zones(zones, zones.phase2()));
      } else if (spec instanceof QuorumSpec.Expression expression) {
        return of(expression(expression.phase1()), expression(expression.phase2()));
      }
      Family majority = new Family.Count(all, index.size() / 2 + 1);
      return of(majority, majority);
    }

    /**
     * Derives a phase that the spec omits as the dual of the other phase; a spec never omits both.
     */
    private Families of(@Nullable Family one, @Nullable Family two) {
      refuseTrivial("phase 1", one);
      refuseTrivial("phase 2", two);
      Family other = Objects.requireNonNullElse(one, two);
      return new Families(one == null ? other.dual() : one, two == null ? other.dual() : two);
    }

    /**
     * Refuses a family without sets or with the empty set. A derived phase needs no check, because
     * a dual is trivial only if the family itself is.
     */
    private void refuseTrivial(String phase, @Nullable Family family) {
      if (family == null) {
        return;
      }
      Checks.that(
          family.contains(family.support()),
          String.format(
              Locale.ROOT,
              "%s of %s: no set of the %d members is a quorum, not even all of them; ask for less",
              phase,
              spec.toJson(),
              index.size()));
      Checks.that(
          !family.contains(0),
          String.format(
              Locale.ROOT,
              "%s of %s: the empty set would be a quorum; ask for more",
              phase,
              spec.toJson()));
    }

    private static @Nullable Family count(long members, @Nullable Integer needed) {
      return needed == null ? null : new Family.Count(members, needed);
    }

    private static @Nullable Family weighted(List<Integer> weights, @Nullable Integer needed) {
      return needed == null ? null : new Family.Weighted(weights, needed);
    }

    private @Nullable Family line(QuorumSpec.Grid grid, QuorumSpec.@Nullable Line line) {
      if (line == null) {
        return null;
      }
      boolean row = line == QuorumSpec.Line.ROW;
      List<Family> rows = new ArrayList<>();
      grid.rows().forEach(r -> rows.add(new Family.Count(bits(r), row ? r.size() : 1)));
      return new Family.AtLeast(List.copyOf(rows), row ? 1 : rows.size());
    }

    private @Nullable Family zones(QuorumSpec.Zones zones, QuorumSpec.@Nullable Quota quota) {
      if (quota == null) {
        return null;
      }
      List<Family> parts = new ArrayList<>();
      zones.zones().values().forEach(z -> parts.add(new Family.Count(bits(z), quota.members())));
      return new Family.AtLeast(List.copyOf(parts), quota.zones());
    }

    private @Nullable Family expression(QuorumSpec.@Nullable Node node) {
      return node == null ? null : node(node);
    }

    private Family node(QuorumSpec.Node node) {
      if (node instanceof QuorumSpec.Node.And and) {
        return choose(and.of().size(), and.of());
      } else if (node instanceof QuorumSpec.Node.Or or) {
        return choose(1, or.of());
      } else if (node instanceof QuorumSpec.Node.Choose choose) {
        return choose(choose.choose(), choose.of());
      }
      return choose(1, List.of(node));
    }

    /**
     * Builds the family of a choice. A choice among members only becomes a count, which is faster
     * to evaluate and easier to prove.
     */
    private Family choose(int needed, List<QuorumSpec.Node> nodes) {
      List<String> members = new ArrayList<>();
      for (QuorumSpec.Node node : nodes) {
        if (node instanceof QuorumSpec.Node.Member member) {
          members.add(member.name());
        }
      }
      return members.size() == nodes.size()
          ? new Family.Count(bits(members), needed)
          : new Family.AtLeast(nodes.stream().map(this::node).toList(), needed);
    }

    private long bits(Collection<String> members) {
      long bits = 0;
      for (String member : members) {
        bits |= 1L << indexOf(member);
      }
      return bits;
    }

    private int indexOf(String member) {
      Integer i = index.get(member);
      if (i == null) {
        throw new QuorumException(
            String.format(
                Locale.ROOT, "%s is not a member; the members are %s", member, index.keySet()));
      }
      return i;
    }

    private void eachOnce(Collection<String> named, String place) {
      bits(named);
      Set<String> placed = Set.copyOf(named);
      for (String member : index.keySet()) {
        Checks.that(
            placed.contains(member),
            String.format(Locale.ROOT, "member %s has no %s", member, place));
      }
    }
  }
}
