package dev.synod.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.bench.groups.GroupFactory;
import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.ScenarioRunner;
import dev.synod.bench.micro.JmhRuns;
import dev.synod.bench.report.Machine;
import dev.synod.bench.report.Report;
import dev.synod.bench.standard.StandardSet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every kind of benchmark still runs and comes to a report; how fast is not asked. */
class SmokeTest {
  private static final int GOALS = 14;

  @Test
  void everyKindOfScenarioRunsAndTheReportTellsOfIt(@TempDir Path directory) throws Exception {
    Map<String, Scenario> kinds = new LinkedHashMap<>();
    for (Scenario scenario : StandardSet.smoke().ours()) {
      kinds.putIfAbsent(kind(scenario), scenario);
    }
    // Three more virtual machines that start cold take half of the time that this may take;
    // standard --smoke runs them.
    kinds.remove("Synodprocesses");
    List<ResultLine> lines = new ArrayList<>();
    kinds
        .values()
        .forEach(scenario -> ScenarioRunner.run(scenario, GroupFactory::open, lines::add));

    // An open load may be more than a busy machine can do in a blink; all else must end well.
    List<ResultLine> closed = lines.stream().filter(line -> !line.load().isOpen()).toList();
    assertThat(closed).hasSizeGreaterThan(kinds.size()).allMatch(ResultLine::isMeasured);
    assertThat(closed)
        .allSatisfy(
            line -> {
              assertThat(line.p99()).isGreaterThanOrEqualTo(line.p50());
              assertThat(line.perSecond()).isPositive();
            });
    assertThat(lines).extracting(ResultLine::id).doesNotHaveDuplicates();
    assertThat(lines)
        .allMatch(
            line ->
                ScenarioRunner.parse(ScenarioRunner.MARK + ScenarioRunner.toJson(line))
                    .equals(line));

    Report report =
        new Report(Machine.here(List.of()), true, lines, Map.of("a peer", "not on this machine"));
    report.write(directory);
    assertThat(report.goals()).hasSize(GOALS);
    assertThat(Files.readString(directory.resolve("report.html")))
        .contains("<svg", "a peer was not measured", "leader cut off")
        .doesNotContain("http://", "https://", "<script");
    String json = directory.resolve("report.json").toString();
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new Bench()).setOut(new PrintWriter(out)).execute("compare", json, json);
    assertThat(status).isZero();
    assertThat(out.toString()).contains("1.00 ×", "0 of");
  }

  /** The same for scenarios that the same code sets up. */
  private static String kind(Scenario scenario) {
    String named = scenario.settings().getOrDefault("kind", "");
    return scenario.system() + (named.isEmpty() ? scenario.settings().keySet() : named);
  }

  @Test
  void everyPartRuns() throws Exception {
    List<ResultLine> parts = JmhRuns.run(0, 0.02, List.of());
    assertThat(parts).hasSize(JmhRuns.COUNT).allMatch(ResultLine::isMeasured);
  }

  @Test
  void everyKindOfRequestIsMeasuredForTheTurnThatItTakes() {
    StringWriter out = new StringWriter();
    new CommandLine(new Bench())
        .setOut(new PrintWriter(out))
        .execute("turns", "--keys", "2000", "--times", "1");
    assertThat(out.toString())
        .contains("2,000 keys written", "the first listing", "during a snapshot");
  }

  @Test
  void filesOfABenchmarkAreNeverInMemoryOnly() throws Exception {
    try (DataDirectory data = DataDirectory.create()) {
      assertThat(Files.getFileStore(data.path()).type()).isNotIn("tmpfs", "ramfs");
    }
  }
}
