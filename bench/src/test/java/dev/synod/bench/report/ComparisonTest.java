package dev.synod.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.bench.Bench;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ComparisonTest {
  @TempDir private Path directory;

  private final StringWriter said = new StringWriter();

  private Path report(String name, SubjectKind kind, double... rates) throws IOException {
    Measure[] measures = new Measure[rates.length];
    for (int i = 0; i < rates.length; i++) {
      measures[i] = GoalEvaluationTest.measure(rates[i], 1, 2);
    }
    ResultLine line = GoalEvaluationTest.line(kind, "It", "FSYNC", 3, 64, measures);
    Path own = Files.createDirectories(directory.resolve(name));
    new Report(Machine.here(List.of()), false, List.of(line), Map.of()).write(own);
    return own.resolve("report.json");
  }

  private int compare(Path before, Path after) {
    PrintWriter to = new PrintWriter(said, true);
    return new CommandLine(new Bench())
        .setOut(to)
        .setErr(to)
        .execute("compare", before.toString(), after.toString());
  }

  @Test
  void aFallBeyondTheSpreadIsWorse() throws Exception {
    Path before = report("a", SubjectKind.OURS, 100, 98);
    assertThat(compare(before, report("b", SubjectKind.OURS, 90, 89))).isEqualTo(1);
    assertThat(said.toString()).contains("WORSE", "0.90 ×");
  }

  @Test
  void aFallWithinTheSpreadIsNot() throws Exception {
    Path before = report("a", SubjectKind.OURS, 100, 80);
    assertThat(compare(before, report("b", SubjectKind.OURS, 90, 89))).isZero();
    assertThat(said.toString()).doesNotContain("WORSE");
  }

  @Test
  void peersOnlyTellHowTheMachineDiffers() throws Exception {
    assertThat(compare(report("a", SubjectKind.PEER, 100), report("b", SubjectKind.PEER, 10)))
        .isZero();
    assertThat(said.toString()).contains("0.10 ×").doesNotContain("WORSE");
  }

  @Test
  void whatNoLongerRunsIsWorse() throws Exception {
    assertThat(compare(report("a", SubjectKind.OURS, 100), report("b", SubjectKind.OURS)))
        .isEqualTo(1);
    assertThat(said.toString()).contains("WORSE", "it did not start");
  }

  @Test
  void whatIsNoReportIsSaidAndIsAnotherExitCode() throws Exception {
    Path noReport = Files.writeString(directory.resolve("x.json"), "{\"a\": 1");
    assertThat(compare(noReport, noReport)).isEqualTo(2);
    assertThat(said.toString()).contains("x.json is no report").doesNotContain("\tat ");
  }
}
