package dev.synod.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  @TempDir Path directory;
  private final List<String> told = new ArrayList<>();

  private int check(String... lines) throws IOException {
    return History.check(Files.write(directory.resolve("history"), List.of(lines)), told::add);
  }

  private static String line(String key, String op, String rest) {
    return "{\"client\":\"c\",\"key\":\"%s\",\"op\":\"%s\",%s}".formatted(key, op, rest);
  }

  @Test
  void aGoodHistoryOfTwoKeys() throws IOException {
    assertThat(
            check(
                line(
                    "x",
                    "write",
                    "\"argument\":\"one\",\"result\":\"ok\",\"invoked\":1,\"returned\":4"),
                line("x", "read", "\"result\":null,\"invoked\":2,\"returned\":3"),
                "",
                line(
                    "x",
                    "cas",
                    "\"argument\":[\"one\",{\"a\":2}],\"result\":true,\"invoked\":5,\"returned\":6"),
                line("x", "read", "\"result\":{\"a\":2},\"invoked\":6,\"returned\":7"),
                line("y", "read", "\"result\":null,\"invoked\":8,\"returned\":9")))
        .isZero();
    assertThat(told).containsExactly("linearizable: 5 operations on 2 keys");
  }

  @Test
  void aBadHistoryNamesTheLineThatNothingExplains() throws IOException {
    assertThat(
            check(
                line("x", "write", "\"argument\":1,\"result\":\"ok\",\"invoked\":1,\"returned\":2"),
                line("x", "read", "\"result\":1,\"invoked\":3,\"returned\":4"),
                line("x", "read", "\"result\":null,\"invoked\":5,\"returned\":6")))
        .isEqualTo(1);
    assertThat(told.get(0)).contains("history:3: not linearizable");
  }

  @Test
  void whatIsUnknownMayTakeEffectLateOrNever() throws IOException {
    String open = line("x", "write", "\"argument\":1,\"result\":\"unknown\",\"invoked\":1");
    assertThat(
            check(
                open,
                line("x", "read", "\"result\":null,\"invoked\":2,\"returned\":3"),
                line("x", "read", "\"result\":1,\"invoked\":4,\"returned\":5")))
        .isZero();
    assertThat(check(open, line("x", "read", "\"result\":null,\"invoked\":2,\"returned\":3")))
        .isZero();
  }

  @Test
  void operationsThatMeetAtTheSameTimeMayBeInEitherOrder() throws IOException {
    assertThat(
            check(
                line("x", "write", "\"argument\":1,\"result\":\"ok\",\"invoked\":1,\"returned\":2"),
                line("x", "read", "\"result\":null,\"invoked\":2,\"returned\":2")))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{; not JSON",
        "[1]; expected an object",
        "{`key`:`x`}; 'client' is missing",
        "{`client`:`c`,`key`:1}; 'key' is a text, not 1",
        "{`client`:`c`,`key`:`x`,`op`:`read`,`invoked`:1.5,`result`:1}; whole number, not 1.5",
        "{`client`:`c`,`key`:`x`,`op`:`read`,`invoked`:1}; 'result' is missing",
        "{`client`:`c`,`key`:`x`,`op`:`read`,`invoked`:1,`result`:1}; 'returned' is missing",
        "{`client`:`c`,`key`:`x`,`op`:`read`,`invoked`:2,`returned`:1,`result`:1}; before it was",
        "{`client`:`c`,`key`:`x`,`op`:`add`,`invoked`:1,`returned`:2,`result`:1}; not 'add'",
        "{`client`:`c`,`key`:`x`,`op`:`cas`,`invoked`:1,`returned`:2,`result`:true,`argument`:1};"
            + " [expected, new], not 1",
        "{`client`:`c`,`key`:`x`,`op`:`read`,`invoked`:1,`returned`:2,`result`:1} {}; not JSON",
        "{`client`:`c`,`key`:`x`,`op`:`read`,`invoked`:1,`returned`:2,`result`:1} x; not JSON",
        "{`client`:`c`,`key`:`x`,`key`:`y`,`op`:`read`,`invoked`:1,`returned`:2,`result`:1};"
            + " not JSON: Duplicate field 'key'",
        "{`client`:`c`,`key`:`x`,`op`:`write`,`invoked`:1,`returned`:2,`result`:`fail`,`argument`:1};"
            + " the result of write is `ok` or `unknown`, not `fail`",
        "{`client`:`c`,`key`:`x`,`op`:`write`,`invoked`:1,`returned`:2,`result`:true,`argument`:1};"
            + " the result of write is `ok` or `unknown`, not true",
        "{`client`:`c`,`key`:`x`,`op`:`cas`,`invoked`:1,`returned`:2,`result`:`ok`,`argument`:[1,2]};"
            + " the result of cas is true, false or `unknown`, not `ok`"
      })
  void whatIsNoHistoryIsNamedWithItsLine(String line, String message) {
    assertThatThrownBy(() -> check("", line.replace('`', '"')))
        .isInstanceOf(History.Malformed.class)
        .hasMessageContaining("history:2: ")
        .hasMessageContaining(message.replace('`', '"'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\n"})
  void aFileWithoutOperationsIsNoHistory(String text) {
    assertThatThrownBy(() -> check(text))
        .isInstanceOf(History.Malformed.class)
        .hasMessageContaining("no operation");
  }

  @Test
  void aHistoryWithoutAKnownResultIsNoHistory() {
    String write = line("x", "write", "\"argument\":1,\"result\":\"unknown\",\"invoked\":1");
    String read = line("x", "read", "\"result\":\"unknown\",\"invoked\":1");
    assertThatThrownBy(() -> check(write, read, write))
        .isInstanceOf(History.Malformed.class)
        .hasMessageContaining("history:3: ")
        .hasMessageContaining("every result is \"unknown\"");
    assertThatThrownBy(() -> check(read)).isInstanceOf(History.Malformed.class);
  }

  @Test
  void numbersThatDifferInTheLastDigitAreDifferentValues() throws IOException {
    String write =
        line(
            "x",
            "write",
            "\"argument\":0.10000000000000000001,\"result\":\"ok\",\"invoked\":1,\"returned\":2");
    assertThat(check(write, line("x", "read", "\"result\":0.1,\"invoked\":3,\"returned\":4")))
        .isEqualTo(1);
    assertThat(
            check(
                line("x", "write", "\"argument\":1,\"result\":\"ok\",\"invoked\":1,\"returned\":2"),
                line("x", "read", "\"result\":1.0,\"invoked\":3,\"returned\":4")))
        .isZero();
  }

  @Test
  void aHistoryThatCannotBeDecidedIsNeitherRightNorWrong() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lines.add(
          line(
              "x",
              "write",
              "\"argument\":%d,\"result\":\"ok\",\"invoked\":1,\"returned\":9".formatted(i)));
    }
    lines.add(line("x", "read", "\"result\":-1,\"invoked\":10,\"returned\":11"));

    Path file = Files.write(directory.resolve("history"), lines);
    assertThat(History.check(file, told::add, 1_000)).isEqualTo(History.NOT_DECIDED);
    assertThat(told.get(0)).contains("not decided");
  }
}
