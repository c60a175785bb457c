package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.app.terminal.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate} and {@code linearize}, as given on the command line. */
class ProofCommandsTest {
  private final StringWriter errors = new StringWriter();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final PrintStream before = System.out;

  @TempDir private Path directory;

  @BeforeEach
  void keepWhatIsPrinted() {
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void printAgain() {
    System.setOut(before);
  }

  private int run(String... args) {
    output.reset();
    return Main.run(args, new PrintWriter(errors, true));
  }

  private String printed() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private void says(String words) {
    assertThat(errors.toString()).contains(words).doesNotContain("\tat ", "Exception");
  }

  @Test
  void seedsThatGoWellEndInASummaryAndZero() {
    assertThat(run("simulate", "--seeds", "20", "--from", "7")).isEqualTo(ExitCode.DONE);
    assertThat(printed())
        .matches("seeds=20 violations=0 virtual-hours=\\d+\\.\\d faults=\\d+ acknowledged=\\d+\n");
  }

  @Test
  void withoutAFirstSeedTheSeedsAreDrawnAndTold() {
    assertThat(run("simulate", "--seeds", "2")).isEqualTo(ExitCode.DONE);
    String first = printed();
    assertThat(first).containsPattern("from seed [0-9]+, drawn at random\n");
    assertThat(run("simulate", "--seeds", "2")).isEqualTo(ExitCode.DONE);
    assertThat(printed().lines().findFirst()).isNotEqualTo(first.lines().findFirst());
  }

  @Test
  void everyFailingSeedIsListedUnderWhatWentWrong() {
    assertThat(run("simulate", "--seeds", "12", "--mutant", "reports-ignored"))
        .isEqualTo(ExitCode.VIOLATION);
    List<String> told = printed().lines().toList();
    long failed = told.stream().filter(line -> line.contains("again: synod simulate")).count();
    long listed =
        told.stream()
            .filter(line -> line.startsWith("  seeds "))
            .mapToLong(line -> line.split(", ", -1).length)
            .sum();
    assertThat(failed).isPositive().isEqualTo(listed);
    assertThat(told).anyMatch(line -> line.matches("[0-9]+ of " + failed + " failed as: .*"));
  }

  @Test
  void aMistakeIsFoundWrittenSmallAndPlayedAgain() throws IOException {
    Path trace = directory.resolve("trace.txt");
    assertThat(
            run(
                "simulate",
                "--seeds",
                "2",
                "--mutant",
                "reports-ignored",
                "--trace",
                trace.toString()))
        .isEqualTo(ExitCode.VIOLATION);
    assertThat(printed())
        .containsPattern("again: synod simulate --seeds 1 --from [12] --mutant reports-ignored")
        .contains("violations=");
    assertThat(Files.readString(trace)).startsWith("violation: ");

    assertThat(run("simulate", "--replay", trace + ".json")).isEqualTo(ExitCode.VIOLATION);
    assertThat(printed()).contains("VIOLATION: ").contains("seeds=1 violations=1");
  }

  @Test
  void aMutantThatThereIsNotIsAnsweredWithTheirNames() {
    assertThat(run("simulate", "--mutant", "nonsense")).isEqualTo(ExitCode.USAGE);
    says("there is no mutant 'nonsense'; there are accepted-before-durable, ");
  }

  @Test
  void noSeedsAreAWrongCommandLine() {
    assertThat(run("simulate", "--seeds", "0")).isEqualTo(ExitCode.USAGE);
    says("--seeds: expected 1 or more, got 0");
  }

  @Test
  void whatIsNoTraceIsNotReplayed() throws IOException {
    Path file = Files.writeString(directory.resolve("x.json"), "{}");
    assertThat(run("simulate", "--replay", file.toString())).isEqualTo(ExitCode.DATA);
    says("x.json is not the trace of a run");
    Files.writeString(file, "{nonsense");
    assertThat(run("simulate", "--replay", file.toString())).isEqualTo(ExitCode.DATA);
    Files.writeString(file, "{\"mutant\":\"\",\"plan\":{\"members\":7}}");
    assertThat(run("simulate", "--replay", file.toString())).isEqualTo(ExitCode.DATA);
    assertThat(run("simulate", "--replay", directory.resolve("none").toString()))
        .isEqualTo(ExitCode.NO_INPUT);
    says("none: cannot be read: there is no such file or directory");
  }

  @Test
  void aHistoryIsLinearizableOrTheLineThatIsNotIsNamed() throws IOException {
    String write =
        "{\"client\":\"c1\",\"key\":\"x\",\"op\":\"write\",\"argument\":1,\"result\":\"ok\",\"invoked\":10,\"returned\":12}\n";
    String read =
        "{\"client\":\"c2\",\"key\":\"x\",\"op\":\"read\",\"result\":%s,\"invoked\":13,\"returned\":15}\n";
    Path file = directory.resolve("history.jsonl");

    Files.writeString(file, write + read.formatted("1"));
    assertThat(run("linearize", file.toString())).isEqualTo(ExitCode.DONE);
    assertThat(printed()).isEqualTo("linearizable: 2 operations on 1 keys\n");

    Files.writeString(file, write + read.formatted("null"));
    assertThat(run("linearize", file.toString())).isEqualTo(ExitCode.VIOLATION);
    assertThat(printed()).contains("history.jsonl:2: not linearizable");
  }

  @Test
  void whatIsNoHistoryIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("history.jsonl"), "{\"client\":3}\n");
    assertThat(run("linearize", file.toString())).isEqualTo(ExitCode.DATA);
    says("history.jsonl:1: the field 'client' is a text, not 3");
    assertThat(run("linearize", directory.resolve("none").toString())).isEqualTo(ExitCode.NO_INPUT);
    says("none: cannot be read: there is no such file or directory");
  }

  @Test
  void aFileInWhichNothingIsCheckedIsNoHistory() throws IOException {
    String unknown =
        "{\"client\":\"c1\",\"key\":\"x\",\"op\":\"write\",\"argument\":1,\"result\":\"unknown\",\"invoked\":10}\n";
    for (String text : new String[] {"", "\n", unknown, unknown + unknown}) {
      Path file = Files.writeString(directory.resolve("history.jsonl"), text);
      assertThat(run("linearize", file.toString())).as(text).isEqualTo(ExitCode.DATA);
    }
    says("so there is nothing to check");
  }
}
