package dev.synod.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuorumSystemTest {
  private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");
  private static final List<String> SIX = List.of("a", "b", "c", "d", "e", "f");

  @Test
  void fiveMembersOfWhichTwoDecideElectWithFour() {
    QuorumSystem system = QuorumSystem.of(FIVE, spec("{'rule':'counts','phase2':2}"));
    assertThat(system.smallestSize(Phase.ONE)).isEqualTo(4);
    assertThat(system).hasToString("counts of 5 (P1 = 4, P2 = 2)");

    Tally accepted = system.tally(Phase.TWO);
    accepted.refuse("a");
    accepted.refuse("b");
    accepted.refuse("c");
    assertThat(accepted.verdict()).as("d and e are still enough").isEqualTo(Verdict.PENDING);
    accepted.refuse("d");
    assertThat(accepted.verdict()).isEqualTo(Verdict.LOST);

    Tally promised = system.tally(Phase.ONE);
    promised.refuse("a");
    assertThat(promised.verdict()).isEqualTo(Verdict.PENDING);
    promised.refuse("b");
    assertThat(promised.verdict()).as("three are too few").isEqualTo(Verdict.LOST);
  }

  @Test
  void aGridOfTwoRowsOfThreeElectsWithARowAndDecidesWithOneOfEach() {
    String grid = "{'rule':'grid','rows':[['a','b','c'],['d','e','f']]%s}";
    QuorumSystem system = QuorumSystem.of(SIX, spec(grid.formatted("")));
    assertThat(system.isQuorum(Phase.ONE, Set.of("a", "b", "c"))).isTrue();
    assertThat(system.isQuorum(Phase.ONE, Set.of("a", "b", "d", "e"))).isFalse();
    assertThat(system.isQuorum(Phase.TWO, Set.of("a", "f"))).isTrue();
    assertThat(system.isQuorum(Phase.TWO, Set.of("a", "b", "c"))).isFalse();
    assertThat(system).hasToString("grid of 6 (P1 ≥ 3, P2 ≥ 2)");

    QuorumSystem swapped = QuorumSystem.of(SIX, spec(grid.formatted(",'phase2':'row'")));
    assertThat(swapped).hasToString("grid of 6 (P1 ≥ 2, P2 ≥ 3)");
  }

  @Test
  void aZoneDecidesAloneAndALeaderAsksAllZones() {
    QuorumSystem system =
        QuorumSystem.of(
            SIX,
            spec(
                "{'rule':'zones','zones':{'eu':['a','b','c'],'us':['d','e','f']},"
                    + "'phase2':{'zones':1,'members':2}}"));
    assertThat(system.isQuorum(Phase.TWO, Set.of("d", "f"))).isTrue();
    assertThat(system.isQuorum(Phase.TWO, Set.of("a", "f"))).isFalse();
    assertThat(system.isQuorum(Phase.ONE, Set.of("a", "b", "d", "e"))).isTrue();
    assertThat(system.isQuorum(Phase.ONE, Set.of("a", "b", "c", "d"))).isFalse();
  }

  @Test
  void aSmallestQuorumUsesMembersThatStandInSeveralPlaces() {
    QuorumSystem system =
        QuorumSystem.of(
            FIVE,
            spec(
                "{'rule':'expression','phase2':{'choose':2,'of':"
                    + "[{'and':['a','b']},{'and':['c','d']},{'and':['b','e']}]}}"));
    assertThat(system.smallest(Phase.TWO)).containsExactly("a", "b", "e");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3", "63, 32"})
  void aMajorityIsMoreThanHalf(int n, int size) {
    QuorumSystem system = QuorumSystem.majority(names(n));
    assertThat(system).hasToString("majority of %d (P1 = %d, P2 = %2$d)".formatted(n, size));
  }

  @Test
  void aGrantIsAFactThatARefusalFromTheSameMemberDoesNotUndo() {
    Tally tally = QuorumSystem.majority(List.of("a", "b", "c")).tally(Phase.TWO);
    tally.refuse("b");
    tally.refuse("c");
    assertThat(tally.verdict()).isEqualTo(Verdict.LOST);
    assertThat(tally.grant("a")).isTrue();
    assertThat(tally.grant("b")).as("granted before it refused, and came late").isTrue();
    assertThat(tally.refuse("b")).isFalse();
    assertThat(tally.verdict()).isEqualTo(Verdict.WON);
    assertThat(tally)
        .hasToString(
            "phase TWO of majority of 3 (P1 = 2, P2 = 2): WON, granted [a, b], refused [c]");
  }

  @Test
  void bitsOfNoMemberNeverCount() {
    for (String json :
        List.of(
            "{'rule':'counts','phase1':4,'phase2':2}",
            "{'rule':'weights','weights':{'a':1,'b':1,'c':1,'d':1,'e':1},'phase2':2}")) {
      QuorumSystem system = QuorumSystem.of(FIVE, spec(json));
      assertThat(system.verdict(Phase.TWO, ~0L << 5 | 1, 0)).isEqualTo(Verdict.PENDING);
      assertThat(system.verdict(Phase.TWO, ~0L << 5 | 1, 0b11110)).isEqualTo(Verdict.LOST);
      assertThat(system.isQuorum(Phase.TWO, Set.of("a", "stranger"))).isFalse();
      assertThat(system.indexOf("stranger")).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'rule':'counts','phase1':40,'phase2':24}",
        "{'rule':'grid','rows':ROWS,'phase1':'row','phase2':'column'}",
        "{'rule':'weights','weights':WEIGHTS,'phase1':64,'phase2':63}",
        "{'rule':'zones','zones':ZONES,'phase1':{'zones':5,'members':4},"
            + "'phase2':{'zones':5,'members':4}}",
        "{'rule':'expression','phase2':{'choose':2,'of':ROWS}}"
      })
  void sixtyThreeMembersAreNotTooMany(String json) {
    QuorumSystem system = QuorumSystem.of(names(63), spec(large(json)));
    for (Phase phase : Phase.values()) {
      Set<String> smallest = system.smallest(phase);
      Tally tally = system.tally(phase);
      for (String member : smallest) {
        assertThat(tally.verdict()).isEqualTo(Verdict.PENDING);
        tally.grant(member);
      }
      assertThat(tally.verdict()).isEqualTo(Verdict.WON);
      assertThat(system.verdict(phase, 0, system.smallestBits(other(phase))))
          .as("no quorum is left beside a quorum of the other phase")
          .isEqualTo(Verdict.LOST);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'rule':'counts','phase1':40,'phase2':23}",
        "{'rule':'grid','rows':ROWS,'phase1':'row','phase2':'row'}",
        "{'rule':'weights','weights':WEIGHTS,'phase1':63,'phase2':63}",
        "{'rule':'zones','zones':ZONES,'phase1':{'zones':5,'members':4},"
            + "'phase2':{'zones':5,'members':3}}"
      })
  void phasesThatDoNotIntersectAreRefused(String json) {
    assertThatThrownBy(() -> QuorumSystem.of(names(63), spec(large(json))))
        .isInstanceOfSatisfying(
            QuorumException.Disjoint.class,
            e -> assertThat(e.phase1()).doesNotContainAnyElementsOf(e.phase2()));
  }

  /** Even weights, odd needs: they meet though the sums of the needs say nothing of it. */
  @Test
  void twentyMembersAreCheckedOneByOneWhereArithmeticDoesNotTell() {
    Map<String, Integer> twos = new LinkedHashMap<>();
    names(20).forEach(member -> twos.put(member, 2));
    QuorumSpec spec = new QuorumSpec.Weights(twos, 19, 21);
    assertThat(QuorumSystem.of(names(20), spec)).hasToString("weights of 20 (P1 ≥ 10, P2 ≥ 11)");
  }

  @Test
  void whatCannotBeCheckedIsRefusedWithAWayOut() {
    Map<String, Integer> twos = new LinkedHashMap<>();
    names(40).forEach(member -> twos.put(member, 2));
    assertThatThrownBy(() -> QuorumSystem.of(names(40), new QuorumSpec.Weights(twos, 39, 41)))
        .isInstanceOf(QuorumException.class)
        .hasMessage(
            "cannot tell in 2097152 steps whether every phase-1 quorum intersects every phase-2"
                + " quorum of these 40 members; omit one phase, which is then derived, or use at"
                + " most 20 members");
    assertThat(QuorumSystem.of(names(40), new QuorumSpec.Weights(twos, null, 41)))
        .hasToString("weights of 40 (P1 ≥ 20, P2 ≥ 21)");
  }

  @Test
  void beyondTheTableQuorumsAreStillThoseWritten() {
    List<String> members = names(20);
    QuorumSystem system =
        QuorumSystem.of(
            members,
            spec(
                "{'rule':'zones','zones':{'x':['m0','m1','m2','m3','m4','m5'],"
                    + "'y':['m6','m7','m8','m9','m10','m11','m12'],"
                    + "'z':['m13','m14','m15','m16','m17','m18','m19']},"
                    + "'phase2':{'zones':2,'members':3}}"));
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      long set = random.nextLong();
      long x = Long.bitCount(set & 0x3f);
      long y = Long.bitCount(set & 0x1fc0);
      long z = Long.bitCount(set & 0xfe000);
      boolean written = (x >= 3 ? 1 : 0) + (y >= 3 ? 1 : 0) + (z >= 3 ? 1 : 0) >= 2;
      assertThat(system.isQuorum(Phase.TWO, set)).isEqualTo(written);
      boolean derived = (x >= 4 ? 1 : 0) + (y >= 5 ? 1 : 0) + (z >= 5 ? 1 : 0) >= 2;
      assertThat(system.isQuorum(Phase.ONE, set)).isEqualTo(derived);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'rule':'counts','phase1':2,'phase2':3} | phase-1 quorum [a, b] and phase-2 quorum"
            + " [c, d, e] have no member in common, so two values could be chosen; make a phase ask"
            + " for more, or leave one phase out to have it derived",
        "{'rule':'counts','phase2':6} | phase 2 of {\"rule\":\"counts\",\"phase2\":6}: no set of"
            + " the 5 members is a quorum, not even all of them; ask for less",
        "{'rule':'counts','phase1':0,'phase2':5} | phase 1 of"
            + " {\"rule\":\"counts\",\"phase1\":0,\"phase2\":5}: the empty set would be a quorum;"
            + " ask for more",
        "{'rule':'counts','phase2':1} | a alone would be a phase-2 quorum, so values could be lost"
            + " with its disk; let phase 2 ask for more, or set allowSingleCopy",
        "{'rule':'weights','weights':{'a':0,'b':0,'c':2,'d':1,'e':1},'phase2':2} | c alone would be"
            + " a phase-2 quorum, so values could be lost with its disk; let phase 2 ask for more,"
            + " or set allowSingleCopy",
        "{'rule':'grid','rows':[['a','b'],['c','d']]} | member e has no row",
        "{'rule':'grid','rows':[['a','b'],['c','d','e','x']]} | x is not a member; the members are"
            + " [a, b, c, d, e]",
        "{'rule':'weights','weights':{'a':1,'b':1,'c':1,'d':1},'phase2':3} | member e has no"
            + " weight",
        "{'rule':'zones','zones':{'z':['a','b','c','d']},'phase2':{'zones':1,'members':2}} | member"
            + " e has no zone",
        "{'rule':'expression','phase2':{'and':['a','x']}} | x is not a member; the members are"
            + " [a, b, c, d, e]",
      })
  void isRefusedWithAReason(String json, String reason) {
    assertThatThrownBy(() -> QuorumSystem.of(FIVE, spec(json)))
        .isInstanceOf(QuorumException.class)
        .hasMessage(reason);
  }

  @Test
  void aSingleCopyNeedsOneMemberOrAnExplicitOption() {
    QuorumSpec single = new QuorumSpec.Counts(null, 1);
    assertThat(QuorumSystem.of(List.of("a"), single).isQuorum(Phase.TWO, 1)).isTrue();
    assertThat(QuorumSystem.of(FIVE, single, true)).hasToString("counts of 5 (P1 = 5, P2 = 1)");
  }

  @Test
  void membersAreOneToSixtyThreeDistinctNames() {
    assertThatThrownBy(() -> QuorumSystem.majority(List.of()))
        .isInstanceOf(QuorumException.class)
        .hasMessage("expected 1 to 63 members, found 0");
    assertThatThrownBy(() -> QuorumSystem.majority(names(64)))
        .isInstanceOf(QuorumException.class)
        .hasMessage("expected 1 to 63 members, found 64");
    assertThatThrownBy(() -> QuorumSystem.majority(List.of("a", "b", "a")))
        .isInstanceOf(QuorumException.class)
        .hasMessage("member a is named twice");
    assertThatThrownBy(() -> QuorumSystem.majority(List.of("a", " ")))
        .isInstanceOf(QuorumException.class)
        .hasMessage("a member's name is blank");
  }

  private static Phase other(Phase phase) {
    return phase == Phase.ONE ? Phase.TWO : Phase.ONE;
  }

  private static List<String> names(int n) {
    return IntStream.range(0, n).mapToObj(i -> "m" + i).toList();
  }

  /** Nine rows or zones of seven; weights 1, 2, 3 in turn, 126 in all. */
  private static String large(String json) {
    List<String> rows = new ArrayList<>();
    List<String> zones = new ArrayList<>();
    List<String> weights = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      List<String> row =
          names(63).subList(7 * i, 7 * i + 7).stream().map("'%s'"::formatted).toList();
      rows.add(json.contains("expression") ? "{'and':%s}".formatted(row) : row.toString());
      zones.add("'z%d':%s".formatted(i, row));
    }
    for (int i = 0; i < 63; i++) {
      weights.add("'m%d':%d".formatted(i, i % 3 + 1));
    }
    return json.replace("ROWS", rows.toString())
        .replace("ZONES", "{%s}".formatted(String.join(",", zones)))
        .replace("WEIGHTS", "{%s}".formatted(String.join(",", weights)));
  }

  private static QuorumSpec spec(String json) {
    try {
      return QuorumSpec.fromJson(new ObjectMapper().readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
