package dev.synod.data.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Swarm;
import dev.synod.simulation.run.Simulation;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CoordinationSimulationTest {
  private static final long SEEDS = 150;

  @Test
  void countersAndLocksAreLinearizableUnderEveryFault() {
    Simulation simulation = new Simulation(null, CoordinationLoad::new);
    List<Result> results =
        LongStream.rangeClosed(1, SEEDS)
            .parallel()
            .mapToObj(seed -> simulation.run(Swarm.draw(seed), false))
            .toList();
    assertThat(results.stream().filter(Result::failed))
        .extracting(result -> result.plan().seed() + ": " + result.violation())
        .isEmpty();
    assertThat(results.stream().mapToLong(Result::acknowledged).sum()).isGreaterThan(5_000);
  }
}
