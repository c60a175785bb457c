package dev.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
  /**
   * The seeds of the ordinary test run; another range by {@code -Dsynod.seeds=N -Dsynod.from=SEED}.
   */
  private static final long SEEDS = Long.getLong("synod.seeds", 2_000);

  private static final long FROM = Long.getLong("synod.from", 1);

  @Test
  void whateverTheNetworkTheDisksAndCrashesDo_theGroupAgreesAndComesAliveAgain() {
    List<Simulation.Result> results =
        LongStream.range(FROM, FROM + SEEDS).parallel().mapToObj(Simulation::run).toList();

    System.out.printf(
        "seeds=%d violations=0 virtual-hours=%.1f faults=%d acknowledged=%d slots=%d%n",
        results.size(),
        results.stream().mapToLong(Simulation.Result::micros).sum() / 3.6e9,
        results.stream().mapToLong(Simulation.Result::faults).sum(),
        results.stream().mapToLong(Simulation.Result::acknowledged).sum(),
        results.stream().mapToLong(Simulation.Result::slots).sum());
    assertThat(results).hasSize((int) SEEDS);
    assertThat(results.stream().mapToLong(Simulation.Result::acknowledged).sum())
        .as("the clients got something done, or nothing was tested")
        .isGreaterThan(10 * SEEDS);
  }

  @Test
  void sameSeedSameRun() {
    for (long seed = FROM; seed < FROM + SEEDS; seed += 20) {
      assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
    }
  }
}
