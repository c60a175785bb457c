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
import java.nio.charset.Charset;
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
  void blankLinesAreSkippedAndCounted() throws IOException {
    assertThat(lines("\n\r\na\t1\n  \r\n\nb\t2\n\n"))
        .containsExactly(line(3, "a", "1"), line(6, "b", "2"));
    assertThat(lines("\r\n")).isEmpty();
    assertThat(lines("  ")).isEmpty();
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstKey() throws IOException {
    assertThat(lines("\uFEFFa\t1\nb\t\uFEFF2\n"))
        .containsExactly(line(1, "a", "1"), line(2, "b", "\uFEFF2"));
    assertThat(lines("\uFEFF")).isEmpty();
    assertThat(lines("\uFEFF\r\na\t1")).containsExactly(line(2, "a", "1"));
  }

  @Test
  void aByteOrderMarkBetweenTwoFilesIsNamed() {
    refused(
        () -> lines("\uFEFFa\t1\n\uFEFFb\t2\n"),
        "in.tsv: line 2: expected key<TAB>value, but a byte order mark stands before its key");
  }

  @Test
  void aFileInUtf16IsNamed() {
    for (String order : List.of("UTF-16LE", "UTF-16BE")) {
      refused(
          () -> input("\uFEFFa\t1\n".getBytes(Charset.forName(order))).next(),
          "in.tsv: line 1: expected key<TAB>value, but the input is UTF-16, not UTF-8");
    }
  }

  @Test
  void theLastLineMayEndWithHalfOfCrLf() throws IOException {
    assertThat(lines("a\t1\r\nb\t2\r")).containsExactly(line(1, "a", "1"), line(2, "b", "2"));
  }

  @Test
  void aFileWhoseLinesEndWithCrAloneIsNamed() {
    refused(
        () -> lines("a\t1\rb\t2\r"),
        "in.tsv: line 1: expected key<TAB>value, but lines end with CR alone, not with LF or CR"
            + " LF");
  }

  @Test
  void aCrWithinAValueIsPartOfIt() throws IOException {
    assertThat(lines("a\t1\r2\nb\t3\r\r\n"))
        .containsExactly(line(1, "a", "1\r2"), line(2, "b", "3\r"));
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
