package dev.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.run.MutantLoader;
import dev.synod.simulation.run.Simulate;
import dev.synod.simulation.world.TraceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator is worth what it finds. */
class MutantTest {
  /** Each must be dead by then. */
  private static final long AT_MOST = 10_000;

  /** In the ordinary test run, those that live longer than this are left to the table. */
  private static final long QUICK = 1_000;

  @ParameterizedTest
  @EnumSource
  void everyMutantFitsTheSourceThatItEditsAndCompiles(Mutant mutant) {
    if (!mutant.file().isEmpty()) {
      assertThat(MutantLoader.source(mutant)).contains(mutant.edits().get(0).after());
    }
    assertThat(MutantLoader.runner(mutant)).isNotNull();
    assertThat(Mutant.of(mutant.label())).isEqualTo(mutant);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ACCEPTED_BEFORE_DURABLE",
        "PROMISE_BEFORE_DURABLE",
        "ACKNOWLEDGED_BEFORE_APPLIED",
        "ACCEPT_DOES_NOT_RAISE_PROMISE",
        "LOWEST_BALLOT_WINS",
        "REPORTS_IGNORED",
        "BALLOT_RAISED_WITHOUT_PHASE_ONE",
        "CHOSEN_APPLIED_TO_STALE_ACCEPT",
        "READ_WITHOUT_BEAT",
        "LEASE_COUNTED_FROM_THE_REPLY",
        "APPLIED_TWICE",
        "UNKNOWN_TOLD_AS_REFUSED",
        "QUEUE_UNBOUNDED"
      })
  void aClassicMistakeIsFoundAtOnce(Mutant mutant) {
    Simulate.Kill kill = Simulate.hunt(mutant, QUICK);
    assertThat(kill.killed()).as("%s survived %s seeds", mutant.label(), QUICK).isTrue();
  }

  /** {@code -Dsynod.mutants=true}: hunts them all, and prints the table of the README. */
  @Test
  @EnabledIfSystemProperty(named = "synod.mutants", matches = "true")
  void theTableOfSeedsToKill() {
    List<Simulate.Kill> kills = Simulate.hunt(AT_MOST, System.out::println);
    assertThat(kills).allMatch(Simulate.Kill::killed);
  }

  @Test
  void aFailureIsShrunkWrittenAndPlayedAgain(@TempDir Path directory) throws IOException {
    Mutant mutant = Mutant.REPORTS_IGNORED;
    long seed = Simulate.hunt(mutant, QUICK).seeds();
    Path trace = directory.resolve("trace.txt");
    List<String> told = new ArrayList<>();
    Simulate.Report report = Simulate.run(new Simulate.Options(1, seed, mutant, trace), told::add);

    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(told.get(0))
        .contains("synod simulate --seeds 1 --from " + seed + " --mutant " + mutant.label());
    assertThat(told.get(told.size() - 1)).startsWith("seeds=1 violations=1 virtual-hours=");
    assertThat(Files.readString(trace)).contains("VIOLATION: ", " > ", " Accept[");

    List<String> replayed = new ArrayList<>();
    Simulate.Report again = Simulate.replay(directory.resolve("trace.txt.json"), replayed::add);
    assertThat(again.failures()).hasSize(1);
    assertThat(again.faults()).isLessThan(report.faults());
    assertThat(Files.readAllLines(trace))
        .containsAll(again.failures().get(0).trace().stream().map(TraceEvent::toString).toList());
    JsonNode events =
        new ObjectMapper().readTree(directory.resolve("trace.txt.json").toFile()).get("events");
    assertThat(events)
        .anyMatch(
            event ->
                event.path("kind").asText().equals("message")
                    && !event.path("from").asText().isEmpty()
                    && !event.path("to").asText().isEmpty()
                    && event.path("text").asText().startsWith("Accept["));
    assertThat(events.get(events.size() - 1).path("kind").asText()).isEqualTo("violation");
  }
}
