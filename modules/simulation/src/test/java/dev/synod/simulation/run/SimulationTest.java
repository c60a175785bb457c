package dev.synod.simulation.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Swarm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  /**
   * The seeds of the ordinary test run; another range by {@code -Dsynod.seeds=N -Dsynod.from=SEED}.
   */
  private static final long SEEDS = Long.getLong("synod.seeds", 5_000);

  private static final long FROM = Long.getLong("synod.from", 1);

  @Test
  void whateverTheNetworkTheDisksTheClocksAndCrashesDo_theGroupAgreesAndComesAliveAgain()
      throws Exception {
    List<String> lines = new ArrayList<>();
    Simulate.Report report =
        Simulate.run(new Simulate.Options(SEEDS, FROM, null, null), lines::add);

    System.out.println(report);
    assertThat(report.failures()).as("%s", lines).isEmpty();
    assertThat(report.acknowledged())
        .as("the clients got something done, or nothing was tested")
        .isGreaterThan(10 * SEEDS);
  }

  @Test
  void sameSeedSameRun() {
    LongStream.iterate(FROM, seed -> seed < FROM + SEEDS, seed -> seed + 20)
        .parallel()
        .forEach(
            seed -> {
              Result once = new Simulation().run(Swarm.draw(seed), false);
              assertThat(new Simulation().run(Swarm.draw(seed), false)).isEqualTo(once);
            });
  }

  @Test
  void aTraceListenerDoesNotChangeTheRun() {
    for (long seed = 1; seed <= 50; seed++) {
      Result traced = new Simulation().run(Swarm.draw(seed), true);
      assertThat(traced.trace()).isNotEmpty();
      assertThat(traced.traceHash())
          .isEqualTo(new Simulation().run(Swarm.draw(seed), false).traceHash());
    }
  }

  /** Digits, letter case and the calendar differ in these. */
  @ParameterizedTest
  @ValueSource(strings = {"fa", "tr", "th-TH-u-nu-thai"})
  void theLocaleChangesNothing(String language) {
    List<Result> before = LongStream.rangeClosed(1, 60).mapToObj(SimulationTest::run).toList();
    Locale locale = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(language));
    try {
      assertThat(LongStream.rangeClosed(1, 60).mapToObj(SimulationTest::run).toList())
          .isEqualTo(before);
    } finally {
      Locale.setDefault(locale);
    }
  }

  private static Result run(long seed) {
    return new Simulation().run(Swarm.draw(seed), /* traced= */ true);
  }

  @Test
  void aPlanIsTheSameAfterItWasJson() {
    for (long seed = 1; seed <= 200; seed++) {
      Plan plan = Swarm.draw(seed);
      assertThat(Plan.fromJson(plan.toJson())).isEqualTo(plan);
    }
  }
}
