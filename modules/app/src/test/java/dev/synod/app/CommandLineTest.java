package dev.synod.app;

import static dev.synod.app.ScriptedMember.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.app.client.HttpCommand;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as they are given, against members that answer as the test says. */
class CommandLineTest {
  private final Vertx vertx = HttpCommand.vertx();
  private final StringWriter errors = new StringWriter();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final PrintStream before = System.out;

  @TempDir private Path directory;

  @BeforeEach
  void keepWhatIsPrinted() {
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void printAgain() throws InterruptedException {
    System.setOut(before);
    HttpCommand.await(vertx.close());
  }

  private int run(String... args) {
    return Main.run(args, new PrintWriter(errors, true));
  }

  private int run(ScriptedMember member, String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(args));
    all.addAll(List.of("--url", member.url().toString()));
    return run(all.toArray(String[]::new));
  }

  private ScriptedMember member(ScriptedMember.Step... steps) throws InterruptedException {
    return new ScriptedMember(vertx, steps);
  }

  @Test
  void aValueThatBeginsWithAnAtSignIsStoredAsItIs() throws Exception {
    Path file = Files.writeString(directory.resolve("team"), "secret");
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note", "@" + file)).as(errors.toString()).isZero();
    assertThat(run(member, "put", "note", "@@team")).isZero();
    assertThat(run(member, "put", "@" + file, "x")).isZero();
    assertThat(member.bodies).containsExactly("@" + file, "@@team", "x");
    assertThat(member.paths.get(2)).startsWith("/api/v1/maps/default/%40");
  }

  @Test
  void theBytesOfAFileAreStoredWhereTheOptionSaysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("team"), "a\nb\n");
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note", "--file", file.toString())).isZero();
    assertThat(member.bodies).containsExactly("a\nb\n");
  }

  @Test
  void aPutHasEitherAValueOrAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("team"), "x");
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note")).isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "put", "note", "v", "--file", file.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "put", "note", "--file", directory.resolve("none").toString()))
        .isEqualTo(ExitCode.NO_INPUT);
    assertThat(member.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"caf\uFFFD", "\uFFFD", "\uD800", "x\uDC00y"})
  void anArgumentThatCouldNotBeDecodedIsRefused(String broken) throws Exception {
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note", broken)).isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "put", broken, "v")).isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "get", "--map", broken, "k")).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("is no text in the encoding of this process");
    assertThat(member.asked).isEmpty();
  }
}
