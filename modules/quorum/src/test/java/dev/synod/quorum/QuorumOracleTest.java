package dev.synod.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.synod.quorum.Cases.Answer;
import dev.synod.quorum.Cases.Case;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.statistics.Statistics;
import org.opentest4j.TestAbortedException;

@Domain(Cases.class)
@Domain(DomainContext.Global.class)
class QuorumOracleTest {

  @Property(tries = 2000)
  void isBuiltExactlyWhenItsPhasesMeetAndAreNotTrivial(@ForAll Case given) {
    Oracle oracle = new Oracle(given.members(), given.spec());
    QuorumException refusal =
        catchThrowableOfType(
            QuorumException.class, () -> QuorumSystem.of(given.members(), given.spec(), true));
    if (oracle.trivial()) {
      assertThat(refusal).message().containsAnyOf("no set of the", "the empty set");
    } else if (oracle.meet()) {
      assertThat(refusal).isNull();
    } else {
      assertThat(refusal)
          .isInstanceOfSatisfying(
              QuorumException.Disjoint.class, e -> namesTwoMinimalDisjointQuorums(e, oracle));
    }
    Statistics.collect(oracle.trivial() ? "trivial" : oracle.meet() ? "sound" : "disjoint");
    Statistics.coverage(
        coverage -> {
          coverage.check("trivial").count(many -> many > 50);
          coverage.check("sound").count(many -> many > 500);
          coverage.check("disjoint").count(many -> many > 50);
        });
  }

  private static void namesTwoMinimalDisjointQuorums(
      QuorumException.Disjoint refusal, Oracle oracle) {
    assertThat(oracle.minimal(Phase.ONE, refusal.phase1())).isTrue();
    assertThat(oracle.minimal(Phase.TWO, refusal.phase2())).isTrue();
    assertThat(refusal.phase1()).doesNotContainAnyElementsOf(refusal.phase2());
    assertThat(refusal)
        .hasMessageContaining("phase-1 quorum " + refusal.phase1())
        .hasMessageContaining("phase-2 quorum " + refusal.phase2());
  }

  @Property
  void itsQuorumsAreThoseOfTheDefinition(@ForAll Case given) {
    QuorumSystem system = sound(given);
    Oracle oracle = new Oracle(given.members(), given.spec());
    for (Phase phase : Phase.values()) {
      assertThat(oracle.subsets())
          .allSatisfy(
              set ->
                  assertThat(system.isQuorum(phase, set))
                      .isEqualTo(oracle.quorums(phase).contains(set)));
      assertThat(system.smallestSize(phase)).isEqualTo(oracle.smallestSize(phase));
      assertThat(oracle.quorums(phase)).contains(system.smallest(phase));
    }
  }

  @Property(tries = 2000)
  void aTallyStandsWhereTheDefinitionSays(
      @ForAll Case given, @ForAll Phase phase, @ForAll @Size(max = 20) List<Answer> answers) {
    Oracle oracle = new Oracle(given.members(), given.spec());
    Tally tally = sound(given).tally(phase);
    Set<String> granted = new HashSet<>();
    Set<String> refused = new HashSet<>();
    assertThat(tally.verdict()).isEqualTo(Verdict.PENDING);
    for (Answer answer : answers) {
      String member = answer.member();
      boolean counts = given.members().contains(member) && !granted.contains(member);
      if (answer.grant()) {
        assertThat(tally.grant(member)).isEqualTo(counts);
        if (counts) {
          granted.add(member);
          refused.remove(member);
        }
      } else {
        assertThat(tally.refuse(member)).isEqualTo(counts && !refused.contains(member));
        if (counts) {
          refused.add(member);
        }
      }
      assertThat(tally.verdict()).isEqualTo(oracle.verdict(phase, granted, refused));
      assertThat(tally.hasGranted(member)).isEqualTo(granted.contains(member));
    }
  }

  @Property
  void aDerivedPhaseMeetsTheOtherAndCannotBeMadeLarger(@ForAll Case given) {
    Assume.that(!given.spec().toJson().has("phase1") || !given.spec().toJson().has("phase2"));
    Assume.that(!(given.spec() instanceof QuorumSpec.Majority));
    QuorumSystem system = sound(given);
    long all = (1L << given.members().size()) - 1;
    for (long set = 0; set <= all; set++) {
      assertThat(system.isQuorum(Phase.ONE, set))
          .isEqualTo(!system.isQuorum(Phase.TWO, all & ~set));
    }
  }

  @Property
  void theDualOfTheDualIsTheSameFamily(@ForAll Case given) {
    Families families = families(given);
    long all = (1L << given.members().size()) - 1;
    for (Family family : List.of(families.one(), families.two())) {
      assertThat(family.dual().dual()).isEqualTo(family);
      assertThat(family.implies(family)).isTrue();
      for (long set = 0; set <= all; set++) {
        assertThat(family.dual().contains(set)).isEqualTo(!family.contains(all & ~set));
      }
    }
  }

  @Property
  void whatOneFamilyIsSaidToImplyIsTrue(@ForAll Case given) {
    Families families = families(given);
    List<Family> all =
        List.of(families.one(), families.two(), families.one().dual(), families.two().dual());
    for (Family inner : all) {
      for (Family outer : all) {
        for (long set = 0; set < 1L << given.members().size(); set++) {
          assertThat(inner.implies(outer) && inner.contains(set) && !outer.contains(set)).isFalse();
        }
      }
    }
  }

  /** What large systems rely on, where the table and the search by size are too much. */
  @Property
  void whereNoMemberIsNamedTwiceTheFormAloneGivesASmallestQuorum(@ForAll Case given) {
    Assume.that(!(given.spec() instanceof QuorumSpec.Expression));
    QuorumSystem system = sound(given);
    Families families = families(given);
    assertThat(families.one().contains(families.one().small())).isTrue();
    assertThat(Long.bitCount(families.one().small())).isEqualTo(system.smallestSize(Phase.ONE));
    assertThat(families.two().contains(families.two().small())).isTrue();
    assertThat(Long.bitCount(families.two().small())).isEqualTo(system.smallestSize(Phase.TWO));
  }

  @Property
  void theJsonFormIsReadBackAsItWasWritten(@ForAll Case given) {
    assertThat(QuorumSpec.fromJson(given.spec().toJson())).isEqualTo(given.spec());
  }

  private static QuorumSystem sound(Case given) {
    return orDiscard(() -> QuorumSystem.of(given.members(), given.spec(), true));
  }

  private static Families families(Case given) {
    Map<String, Integer> index =
        IntStream.range(0, given.members().size())
            .boxed()
            .collect(Collectors.toMap(given.members()::get, Function.identity()));
    return orDiscard(() -> Families.of(given.spec(), index));
  }

  private static <T> T orDiscard(Supplier<T> make) {
    try {
      return make.get();
    } catch (QuorumException e) {
      throw new TestAbortedException("not a system", e);
    }
  }
}
