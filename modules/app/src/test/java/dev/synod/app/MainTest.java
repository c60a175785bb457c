package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.app.terminal.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final String NOBODY = "http://127.0.0.1:1";

  private final StringWriter errors = new StringWriter();

  @TempDir private Path directory;

  private int run(String... args) {
    return Main.run(args, new PrintWriter(errors, true));
  }

  private void says(String words) {
    assertThat(errors.toString()).contains(words).doesNotContain("\tat ", "Exception");
  }

  @Test
  void withoutACommandItShowsTheUsage() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    says("Usage: synod");
  }

  @Test
  void aUrlIsCheckedBeforeItIsUsed() {
    assertThat(run("get", "--url", "localhost", "k")).isEqualTo(ExitCode.USAGE);
    says("Invalid value for option '--url' (URL): expected http://host:port, got 'localhost'");
  }

  @Test
  void aTimeoutIsANumberOfSeconds() {
    assertThat(run("get", "--timeout", "soon", "k")).isEqualTo(ExitCode.USAGE);
    says("expected seconds from 0.1 to 86400, got 'soon'");
  }

  @Test
  void aGroupWithoutAReachableMemberIsUnavailable() {
    assertThat(run("get", "--url", NOBODY, "--timeout", "0.2", "k"))
        .isEqualTo(ExitCode.UNAVAILABLE);
    says("synod: no member could do it within 0.2 s, and nothing was done. " + NOBODY);
  }

  @Test
  void aKeyThatHasNoAddressIsRefused() {
    assertThat(run("put", "--url", NOBODY, "..", "v")).isEqualTo(ExitCode.DATA);
    says("the key \"..\" has no address over HTTP");
  }

  @Test
  void anInputThatIsNotThereIsNamed() {
    assertThat(run("load", "--url", NOBODY, directory.resolve("none").toString()))
        .isEqualTo(ExitCode.NO_INPUT);
    says("none: cannot be opened: there is no such file or directory");
  }

  @Test
  void aDirectoryIsNoInput() {
    assertThat(run("load", "--url", NOBODY, directory.toString())).isEqualTo(ExitCode.NO_INPUT);
    says("is a directory");
  }

  @Test
  void anOutputThatCannotBeWrittenIsNamedBeforeAnythingIsLoaded() throws IOException {
    Path in = Files.writeString(directory.resolve("in"), "k\tv\n");
    Path out = in.resolve("acks");

    assertThat(run("load", "--url", NOBODY, "--out", out.toString(), in.toString()))
        .isEqualTo(ExitCode.IO);
    says("--out: " + out + " cannot be written");
  }

  @Test
  void aLoadThatCannotReachAnyoneNamesTheLineItCameTo() throws IOException {
    Path in = Files.writeString(directory.resolve("in"), "k\tv\n");

    assertThat(run("load", "--url", NOBODY, "--timeout", "0.2", in.toString()))
        .isEqualTo(ExitCode.UNAVAILABLE);
    says("in: line 1: key \"k\": no member could do it within 0.2 s");
  }

  @Test
  void tooManyUnderWayIsAWrongCommandLine() {
    assertThat(run("load", "--in-flight", "0", "-")).isEqualTo(ExitCode.USAGE);
    says("--in-flight: expected 1 to 4096, got 0");
  }

  @Test
  void aConfigurationThatIsNotThereIsNamed() {
    assertThat(run("node", "--config", directory.resolve("none.json").toString()))
        .isEqualTo(ExitCode.CONFIGURATION);
    says("none.json: there is no such file");
  }

  @Test
  void aDemoKeepsTheQuorumsItsDataWasWrittenWith() throws IOException {
    Files.writeString(
        directory.resolve("demo.json"),
        "{\"members\": [\"a\", \"b\", \"c\"], \"quorum\": {\"rule\": \"counts\", \"phase2\": 3}}");

    assertThat(run("demo", "--data", directory.toString())).isEqualTo(ExitCode.CONFIGURATION);
    says("was written with the quorums {\"rule\":\"counts\",\"phase2\":3}, which must stay");
  }

  @Test
  void aDemoRefusesQuorumsThatDoNotMeet() {
    assertThat(
            run(
                "demo",
                "--data",
                directory.toString(),
                "--quorum",
                "{\"rule\":\"counts\",\"phase1\":1,\"phase2\":2}"))
        .isEqualTo(ExitCode.CONFIGURATION);
    says("synod: quorum");
  }
}
