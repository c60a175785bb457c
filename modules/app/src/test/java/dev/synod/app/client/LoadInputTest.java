package dev.synod.app.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.app.client.LoadInput.Line;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LoadInputTest {
  private static LoadInput input(byte[] bytes) {
    return new LoadInput("in.tsv", new ByteArrayInputStream(bytes));
  }

  private static List<Line> lines(String text) throws IOException {
    LoadInput input = input(text.getBytes(UTF_8));
    List<Line> lines = new ArrayList<>();
    for (Line line = input.next(); line != null; line = input.next()) {
      lines.add(line);
    }
    assertThat(input.bytes()).isGreaterThanOrEqualTo(text.getBytes(UTF_8).length);
    return lines;
  }

  private static Line line(long number, String key, String value) {
    return new Line(number, key, Buffer.buffer(value));
  }

  private static void refused(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessage(message);
  }

  @Test
  void linesAreNumberedAndMayEndInAnyOfTheUsualWays() throws IOException {
    assertThat(lines("a\t1\nb\t2\r\nc\t3"))
        .containsExactly(line(1, "a", "1"), line(2, "b", "2"), line(3, "c", "3"));
  }

  @Test
  void theFirstTabEndsTheKeyAndAllElseIsTheValue() throws IOException {
    assertThat(lines("g++\t\nlibstdc\tx\ty\r\n"))
        .containsExactly(line(1, "g++", ""), line(2, "libstdc", "x\ty"));
  }

  @Test
  void aValueIsWhateverBytesThereAre() throws IOException {
    Line line = input("k\tä".getBytes(ISO_8859_1)).next();

    assertThat(line).isEqualTo(new Line(1, "k", Buffer.buffer(new byte[] {(byte) 0xe4})));
  }

  @Test
  void anEmptyInputHasNoLines() throws IOException {
    assertThat(lines("")).isEmpty();
  }

  @Test
  void aLineWithoutTabIsNamedByFileAndNumber() {
    refused(
        () -> lines("a\t1\nb 2\n"),
        "in.tsv: line 2: expected key<TAB>value, but there is no TAB in it");
  }

  @Test
  void anEmptyLineIsNoLine() {
    refused(
        () -> lines("a\t1\n\nb\t2\n"),
        "in.tsv: line 2: expected key<TAB>value, but there is no TAB in it");
  }

  @Test
  void aKeyIsNotEmpty() {
    refused(
        () -> lines("\t1\n"),
        "in.tsv: line 1: expected key<TAB>value, but the key before its TAB is empty");
  }

  @Test
  void aKeyIsText() {
    refused(
        () -> input("ä\t1".getBytes(ISO_8859_1)).next(),
        "in.tsv: line 1: expected key<TAB>value, but the key before its TAB is not UTF-8");
  }
}
