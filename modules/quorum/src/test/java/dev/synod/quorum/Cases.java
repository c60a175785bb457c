package dev.synod.quorum;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/** Random members and specs of every rule: sound ones, and ones that must be refused. */
public class Cases extends DomainContextBase {

  /** Members and a spec over them, which need not make a sound system. */
  public record Case(List<String> members, QuorumSpec spec) {}

  /** An answer to a count; some come from strangers, many are repeated. */
  public record Answer(String member, boolean grant) {}

  @Provide
  Arbitrary<Answer> answers() {
    return Combinators.combine(
            Arbitraries.of(members(9)).edgeCases(e -> e.none()), Arbitraries.of(true, true, false))
        .as(Answer::new);
  }

  @Provide
  Arbitrary<Case> cases() {
    return Arbitraries.integers()
        .between(1, 9)
        .flatMap(n -> specs(members(n)).map(spec -> new Case(members(n), spec)));
  }

  private static Arbitrary<QuorumSpec> specs(List<String> members) {
    return Arbitraries.oneOf(
        Arbitraries.just(new QuorumSpec.Majority()),
        counts(members.size()),
        grid(members),
        weights(members),
        zones(members),
        expression(members));
  }

  static List<String> members(int n) {
    return List.of("a", "b", "c", "d", "e", "f", "g", "h", "i").subList(0, n);
  }

  private static Arbitrary<QuorumSpec> counts(int n) {
    return phases(Arbitraries.integers().between(0, n + 1), QuorumSpec.Counts::new);
  }

  private static Arbitrary<QuorumSpec> grid(List<String> members) {
    return groups(members)
        .flatMap(
            rows ->
                Combinators.combine(
                        Arbitraries.of(QuorumSpec.Line.class).injectNull(0.4),
                        Arbitraries.of(QuorumSpec.Line.class).injectNull(0.4))
                    .as((one, two) -> new QuorumSpec.Grid(rows, one, two)));
  }

  private static Arbitrary<QuorumSpec> weights(List<String> members) {
    return Arbitraries.integers()
        .between(0, 4)
        .list()
        .ofSize(members.size())
        .flatMap(
            list -> {
              Map<String, Integer> weights = new LinkedHashMap<>();
              for (int i = members.size() - 1; i >= 0; i--) {
                weights.put(members.get(i), list.get(i));
              }
              int total = list.stream().mapToInt(Integer::intValue).sum();
              return phases(
                  Arbitraries.integers().between(0, total + 1),
                  (one, two) -> new QuorumSpec.Weights(weights, one, two));
            });
  }

  private static Arbitrary<QuorumSpec> zones(List<String> members) {
    return groups(members)
        .flatMap(
            groups -> {
              Map<String, List<String>> zones = new LinkedHashMap<>();
              groups.forEach(group -> zones.put("z" + zones.size(), group));
              int least = groups.stream().mapToInt(List::size).min().orElseThrow();
              return phases(
                  Combinators.combine(
                          Arbitraries.integers().between(1, groups.size()),
                          Arbitraries.integers().between(1, least))
                      .as(QuorumSpec.Quota::new),
                  (one, two) -> new QuorumSpec.Zones(zones, one, two));
            });
  }

  private static Arbitrary<QuorumSpec> expression(List<String> members) {
    return phases(node(members, 3), QuorumSpec.Expression::new);
  }

  private static Arbitrary<QuorumSpec.Node> node(List<String> members, int depth) {
    Arbitrary<QuorumSpec.Node> leaf = Arbitraries.of(members).map(QuorumSpec.Node.Member::new);
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<List<QuorumSpec.Node>> parts =
        Arbitraries.frequencyOf(Tuple.of(2, leaf), Tuple.of(3, node(members, depth - 1)))
            .list()
            .uniqueElements()
            .ofMinSize(1)
            .ofMaxSize(Math.min(4, members.size()));
    return Arbitraries.frequencyOf(
        Tuple.of(1, leaf),
        Tuple.of(2, parts.map(QuorumSpec.Node.And::new)),
        Tuple.of(2, parts.map(QuorumSpec.Node.Or::new)),
        Tuple.of(
            4,
            parts.flatMap(
                of ->
                    Arbitraries.integers()
                        .between(1, of.size())
                        .map(k -> new QuorumSpec.Node.Choose(k, of)))));
  }

  /** Phase 1, phase 2, or both. */
  private static <T> Arbitrary<QuorumSpec> phases(
      Arbitrary<T> phase, Combinators.F2<T, T, QuorumSpec> spec) {
    return Arbitraries.oneOf(
        phase.map(one -> spec.apply(one, null)),
        phase.map(two -> spec.apply(null, two)),
        Combinators.combine(phase, phase).as(spec));
  }

  /** The members, shuffled, and cut into groups that are not empty. */
  private static Arbitrary<List<List<String>>> groups(List<String> members) {
    return Combinators.combine(
            Arbitraries.shuffle(members), Arbitraries.of(true, false).list().ofSize(members.size()))
        .as(
            (shuffled, cuts) -> {
              List<List<String>> groups = new ArrayList<>();
              for (int i = 0; i < shuffled.size(); i++) {
                if (i == 0 || cuts.get(i)) {
                  groups.add(new ArrayList<>());
                }
                groups.get(groups.size() - 1).add(shuffled.get(i));
              }
              return groups;
            });
  }
}
