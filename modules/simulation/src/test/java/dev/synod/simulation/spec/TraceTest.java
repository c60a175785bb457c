package dev.synod.simulation.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.Runner;
import dev.synod.simulation.plan.Step;
import dev.synod.simulation.run.MutantLoader;
import dev.synod.simulation.run.Simulation;
import dev.synod.simulation.spec.TraceCheck.Trace;
import dev.synod.simulation.spec.TraceCheck.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each step of the code is a step of the specification, in runs that the simulator makes hard.
 *
 * <p>{@code -Dsynod.traces=N} checks N runs of each group, {@code -Dsynod.steps=N} so many steps of
 * each.
 */
class TraceTest {
  private static final int TRACES = Integer.getInteger("synod.traces", 10);
  private static final int STEPS = Integer.getInteger("synod.steps", 400);

  /** So many runs of a mutant are looked at. */
  private static final int MUTANT_TRACES = 8;

  private static final int MUTANT_STEPS = 300;

  /** Mistakes that show when leaders find much that is not chosen. */
  private static final Set<Mutant> RIVALRY =
      EnumSet.of(Mutant.LOWEST_BALLOT_WINS, Mutant.INCOMPLETE_PAGES_COUNT);

  private static final Path WORK = Path.of("target", "traces");

  private static final Pattern NAME = Pattern.compile("n \\|-> \"([a-z ]+)\"");

  /** Whose runs they are. */
  private enum Group {
    MAJORITY(3, "{\"rule\":\"majority\"}", 3),
    SMALL_PHASE_2(4, "{\"rule\":\"counts\",\"phase1\":3,\"phase2\":2}", 2),
    SMALL_PHASE_1(5, "{\"rule\":\"counts\",\"phase1\":2,\"phase2\":4}", 4),
    WEIGHTS(
        5,
        "{\"rule\":\"weights\",\"weights\":{\"a\":3,\"b\":1,\"c\":1,\"d\":1,\"e\":1},\"phase2\":3}",
        3);

    final int size;
    final String quorum;
    final long alpha;

    Group(int size, String quorum, long alpha) {
      this.size = size;
      this.quorum = quorum;
      this.alpha = alpha;
    }

    List<String> members() {
      return List.of("a", "b", "c", "d", "e").subList(0, size);
    }

    List<Verdict> check(String name, List<Trace> traces) throws Exception {
      return TraceCheck.check(WORK.resolve(name), members(), quorum, alpha, traces);
    }
  }

  /** Each seed is hard in another way. */
  private static Plan plan(Group group, long seed) {
    Faults.Rule fewNotices = new Faults.Rule("Chosen", "", "", 0.7, 0, 0);
    Faults.Rule fewAccepts = new Faults.Rule("Accept", "", "", 0.5, 0, 0);
    Faults.Rule fewPrepares = new Faults.Rule("Prepare", "", "", 0.5, 0, 0);
    Faults.Rule lateNotices = new Faults.Rule("Chosen", "", "", 0, 600_000, 0);
    Faults.Rule lateVotes = new Faults.Rule("Accepted", "", "", 0, 500_000, 0);
    Faults.Rule deafLeader = new Faults.Rule("Nack", "", "", 0.9, 0, 0);
    List<Faults.Rule> rules =
        switch ((int) (seed % 4)) {
          case 0 -> List.of(fewPrepares);
          case 1 -> List.of(fewNotices, fewAccepts);
          case 2 -> List.of(lateNotices, fewPrepares, deafLeader);
          default -> List.of(lateVotes, fewAccepts, deafLeader);
        };
    Faults.Store store =
        seed % 3 == 0
            ? new Faults.Store(true, 64 * 1024, 0.005, 0.1, 0, 0, 0, List.of())
            : Faults.Store.RECORDS;
    Faults faults =
        Faults.none()
            .but(
                draft -> {
                  draft.loss = 0.1;
                  draft.repetition = 0.3;
                  draft.delay = 10_000;
                  draft.force = 20_000;
                  draft.rules = rules;
                  draft.crash = 2;
                  draft.crashAtSeam = 0.02;
                  draft.restart = 200_000;
                  draft.partition = 0.3;
                  draft.pause = 0.2;
                  draft.usurpation = 8;
                  draft.store = store;
                });
    return new Plan(
        seed,
        group.members(),
        group.quorum,
        group.alpha,
        1_000,
        new Plan.Sessions(1_000, 1_000, 0, 0),
        100,
        seed % 2 == 0 ? 1 : 300,
        2_000,
        2,
        2,
        60_000,
        3_000_000,
        faults,
        Plan.Snapshots.NONE,
        Plan.Parts.ALL,
        Plan.Turns.NONE,
        List.of());
  }

  /**
   * Two of them must have got one slot accepted each before the choice between them shows: hardly
   * any Accept but the own one arrives, and nothing else happens. Half of such traces show it.
   */
  private static Plan rivals(Plan plan) {
    Faults.Rule fewAccepts = new Faults.Rule("Accept", "", "", 0.9, 0, 0);
    Faults.Rule fewPromises = new Faults.Rule("Promise", "", "", 0.2, 0, 0);
    return plan.withFaults(
        Faults.none()
            .but(
                draft -> {
                  draft.delay = 3_000;
                  draft.force = 3_000;
                })
            .reshaping(List.of(fewAccepts, fewPromises), 40, 0));
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
    assertThat(verdicts).hasSize(TRACES);
    assertThat(verdicts).extracting(Verdict::message).containsOnly("");
    assertThat(events)
        .as("whatever the specification has a step for has happened, or it was not compared")
        .hasSize(17);
  }

  /** Which event of a mistaken run is the first that is no step. */
  private static Map<Mutant, String> mistakes(Group group) {
    Map<Mutant, String> events = new LinkedHashMap<>();
    if (group == Group.SMALL_PHASE_1) {
      events.put(Mutant.MAJORITY_FOR_PHASE_TWO, "tells");
      events.put(Mutant.PHASE_ONE_FOR_PHASE_TWO, "tells");
    } else if (group == Group.SMALL_PHASE_2) {
      events.put(Mutant.ACCEPTED_BEFORE_DURABLE, "vote leaves");
      events.put(Mutant.PROMISE_BEFORE_DURABLE, "promise leaves");
      events.put(Mutant.PREPARE_BEFORE_DURABLE, "prepare leaves");
      events.put(Mutant.ACCEPT_DOES_NOT_RAISE_PROMISE, "accepts");
      events.put(Mutant.LOWER_BALLOT_ACCEPTED, "accepts");
      events.put(Mutant.LOWER_BALLOT_PROMISED, "shows");
      events.put(Mutant.OLD_BALLOT_KEPT, "accepts");
      events.put(Mutant.LOWEST_BALLOT_WINS, "proposes");
      events.put(Mutant.REPORTS_IGNORED, "proposes");
      events.put(Mutant.INCOMPLETE_PAGES_COUNT, "proposes");
      events.put(Mutant.BALLOT_RAISED_WITHOUT_PHASE_ONE, "proposes");
      events.put(Mutant.PHASE_TWO_FOR_PHASE_ONE, "proposes");
      events.put(Mutant.CONFIGURATION_USED_BEFORE_KNOWN, "proposes");
      events.put(Mutant.LEARNED_KEEPS_STALE_ACCEPT, "learns");
    }
    return events;
  }

  @ParameterizedTest
  @EnumSource(names = {"SMALL_PHASE_1", "SMALL_PHASE_2"})
  void aMistakeIsAStepThatTheSpecificationDoesNotHave(Group group) throws Exception {
    Map<Mutant, String> expected = mistakes(group);
    List<Trace> traces = new ArrayList<>();
    for (Mutant mutant : expected.keySet()) {
      Runner runner = MutantLoader.runner(mutant);
      for (long seed = 1; seed <= MUTANT_TRACES; seed++) {
        Plan plan = plan(group, seed);
        plan = RIVALRY.contains(mutant) ? rivals(plan) : plan;
        traces.add(new Trace(mutant.label(), runner.project(plan, MUTANT_STEPS)));
      }
    }
    Map<String, Verdict> refused = new LinkedHashMap<>();
    for (Verdict verdict : group.check("mutants-" + group, traces)) {
      if (verdict.refused()) {
        refused.putIfAbsent(verdict.trace().name(), verdict);
      }
    }
    assertThat(refused.keySet())
        .containsExactlyElementsOf(expected.keySet().stream().map(Mutant::label).toList());
    expected.forEach(
        (mutant, event) ->
            assertThat(refused.get(mutant.label()).message())
                .contains("is no step of the specification: ")
                .contains("as an event: [n |-> \"" + event + "\","));
  }
}
