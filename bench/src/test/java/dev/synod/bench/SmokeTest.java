package dev.synod.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark still runs; how fast is not asked. */
class SmokeTest {

  @Test
  void everyBenchmarkRunsAndComesToALine() throws Exception {
    Plan plan = Plan.SMOKE.withForks(0);
    List<Line> lines =
        Lines.of(
            new Runner(
                    plan.toJmh(),
                    OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT))
                .run());
    assertThat(names(lines)).isEqualTo(benchmarks());
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.p50()).isPositive();
              assertThat(line.p99()).isGreaterThanOrEqualTo(line.p50());
              assertThat(line.rate()).isPositive();
            });
    assertThat(lines.stream().filter(line -> line.what().startsWith("Round")))
        .extracting(Line::durability)
        .containsExactlyInAnyOrder("MEMORY", "FSYNC");
    String text = new Report(Machine.here(plan.flags()), lines).toText();
    assertThat(names(lines)).allSatisfy(name -> assertThat(text).contains(name));
  }

  private static Set<String> names(List<Line> lines) {
    Set<String> names = new TreeSet<>();
    lines.forEach(line -> names.add(line.what()));
    return names;
  }

  private static Set<String> benchmarks() {
    Set<String> names = new TreeSet<>();
    BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
        .forEach(entry -> names.add(Lines.name(entry.getUsername())));
    return names;
  }
}
