package dev.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.simulation.TraceCheck.Trace;
import dev.synod.simulation.TraceCheck.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each step of the code is a step of the specification, in runs that the simulator makes hard.
 *
 * <p>{@code -Dsynod.traces=N} checks N runs of each group, {@code -Dsynod.steps=N} so many steps of
 * each.
 */
class TraceTest {
  private static final int TRACES = Integer.getInteger("synod.traces", 12);
  private static final int STEPS = Integer.getInteger("synod.steps", 600);

  /** So many runs of a mutant are looked at. */
  private static final int MUTANT_TRACES = 6;

  private static final Path WORK = Path.of("target", "traces");

  private static final Pattern NAME = Pattern.compile("n \\|-> \"([a-z ]+)\"");

  /** Whose runs they are. */
  private enum Group {
    MAJORITY(3, "{\"rule\":\"majority\"}", 3),
    SMALL_PHASE_2(4, "{\"rule\":\"counts\",\"phase1\":3,\"phase2\":2}", 2),
    SMALL_PHASE_1(5, "{\"rule\":\"counts\",\"phase1\":2,\"phase2\":4}", 4),
    WEIGHTS(5, "{\"rule\":\"weights\",\"weights\":{\"a\":3,\"b\":1,\"c\":1,\"d\":1,\"e\":1},\"phase2\":3}", 3);

    final List<String> members;
    final String quorum;
    final long alpha;

    Group(int size, String quorum, long alpha) {
      this.members = List.of("a", "b", "c", "d", "e").subList(0, size);
      this.quorum = quorum;
      this.alpha = alpha;
    }

    List<Verdict> check(String name, List<Trace> traces) throws Exception {
      return TraceCheck.check(WORK.resolve(name), members, quorum, alpha, traces);
    }
  }

  /** Each seed is hard in another way. */
  private static Plan plan(Group group, long seed) {
    Faults.Rule fewNotices = new Faults.Rule("Chosen", "", "", 0.7, 0, 0);
    Faults.Rule fewAccepts = new Faults.Rule("Accept", "", "", 0.5, 0, 0);
    Faults.Rule lateNotices = new Faults.Rule("Chosen", "", "", 0, 600_000, 0);
    Faults.Rule lateVotes = new Faults.Rule("Accepted", "", "", 0, 500_000, 0);
    Faults.Rule deafLeader = new Faults.Rule("Nack", "", "", 0.9, 0, 0);
    List<Faults.Rule> rules =
        switch ((int) (seed % 4)) {
          case 0 -> List.of();
          case 1 -> List.of(fewNotices, fewAccepts);
          case 2 -> List.of(lateNotices, deafLeader);
          default -> List.of(lateVotes, fewAccepts, deafLeader);
        };
    Faults.Store store =
        seed % 3 == 0
            ? new Faults.Store(true, 64 * 1024, 0.005, 0.1, 0, 0, 0, List.of())
            : Faults.Store.RECORDS;
    Faults faults =
        new Faults(
            0.1, 0.3, 10_000, 20_000, rules, 2, 0.02, 200_000, 0.3, 0.2, false, 8, store);
    return new Plan(
        seed,
        group.members,
        group.quorum,
        group.alpha,
        1_000,
        100,
        seed % 2 == 0 ? 1 : 300,
        2_000,
        2,
        2,
        60_000,
        3_000_000,
        faults,
        List.of());
  }

  @ParameterizedTest
  @EnumSource
  void everyStepOfTheCodeIsAStepOfTheSpecification(Group group) throws Exception {
    List<Trace> traces = new ArrayList<>();
    Map<String, Integer> events = new LinkedHashMap<>();
    for (long seed = 1; seed <= TRACES; seed++) {
      List<Step> steps = new Simulation().project(plan(group, seed), STEPS);
      traces.add(new Trace(group + ", seed " + seed, steps));
      for (Step step : steps) {
        Matcher name = NAME.matcher(step.event());
        assertThat(name.find()).isTrue();
        events.merge(name.group(1), 1, Integer::sum);
      }
    }
    List<Verdict> verdicts = group.check(group.name(), traces);
    System.out.println(group + ": " + events);
    assertThat(verdicts).hasSize(TRACES);
    assertThat(verdicts).extracting(Verdict::message).containsOnly("");
    assertThat(events)
        .as("whatever the specification has a step for has happened, or it was not compared")
        .hasSize(17);
  }

  @Test
  void aMistakeIsAStepThatTheSpecificationDoesNotHave() throws Exception {
    Map<Mutant, Group> mutants = new LinkedHashMap<>();
    for (Mutant mutant : MUTANTS) {
      mutants.put(mutant, mutant == Mutant.PHASE_ONE_FOR_PHASE_TWO ? Group.SMALL_PHASE_1 : Group.SMALL_PHASE_2);
    }
    for (Group group : new LinkedHashSet<>(mutants.values())) {
      List<Trace> traces = new ArrayList<>();
      List<Mutant> made = mutants.keySet().stream().filter(m -> mutants.get(m) == group).toList();
      for (Mutant mutant : made) {
        Runner runner = MutantLoader.runner(mutant);
        for (long seed = 1; seed <= MUTANT_TRACES; seed++) {
          List<Step> steps = runner.project(plan(group, seed), STEPS);
          traces.add(new Trace(mutant.label() + ", seed " + seed, steps));
        }
      }
      Map<String, Verdict> refused = new LinkedHashMap<>();
      for (Verdict verdict : group.check("mutants-" + group, traces)) {
        if (verdict.refused()) {
          refused.putIfAbsent(verdict.trace().name().replaceAll(",.*", ""), verdict);
        }
      }
      for (Mutant mutant : MUTANTS) {
        if (mutants.get(mutant) == group) {
          Verdict v = refused.get(mutant.label());
          System.out.println(mutant.label() + ": " + (v == null ? "SURVIVED" : v.message().lines().findFirst().orElse("")));
        }
      }
    }
  }

  private static final List<Mutant> MUTANTS =
      List.of(
      Mutant.ACCEPTED_BEFORE_DURABLE, Mutant.PROMISE_BEFORE_DURABLE, Mutant.PREPARE_BEFORE_DURABLE,
      Mutant.ACCEPT_DOES_NOT_RAISE_PROMISE, Mutant.LOWER_BALLOT_ACCEPTED, Mutant.LOWER_BALLOT_PROMISED,
      Mutant.OLD_BALLOT_KEPT, Mutant.VOTE_OVER_CHOSEN, Mutant.MOST_REPORTED_WINS, Mutant.LOWEST_BALLOT_WINS, Mutant.REPORTS_IGNORED,
      Mutant.INCOMPLETE_PAGES_COUNT, Mutant.BALLOT_RAISED_WITHOUT_PHASE_ONE, Mutant.BALLOT_REUSED, Mutant.MAJORITY_FOR_PHASE_ONE,
      Mutant.MAJORITY_FOR_PHASE_TWO, Mutant.PHASE_TWO_FOR_PHASE_ONE, Mutant.PHASE_ONE_FOR_PHASE_TWO,
      Mutant.VOTE_OF_ANOTHER_BALLOT_COUNTS, Mutant.NOTICE_AFTER_ANOTHER_VALUE, Mutant.NOTICE_AFTER_A_HIGHER_BALLOT,
      Mutant.WINDOW_EXCEEDED, Mutant.CHOSEN_APPLIED_TO_STALE_ACCEPT, Mutant.LEARNED_KEEPS_STALE_ACCEPT);

  static void main(String what) throws Exception {
    TraceTest test = new TraceTest();
    for (Group group : Group.values()) {
      if (what.equals(group.name()) || what.equals("all")) {
        long t = System.nanoTime();
        test.everyStepOfTheCodeIsAStepOfTheSpecification(group);
        System.out.println(group + " " + (System.nanoTime() - t) / 1e9);
      }
    }
    if (what.equals("mutants")) {
      test.aMistakeIsAStepThatTheSpecificationDoesNotHave();
    }
  }
}
