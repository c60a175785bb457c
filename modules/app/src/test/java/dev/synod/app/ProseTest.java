package dev.synod.app;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Comments, messages and manuals name the thing that acts: a member, a process, a request, a
 * caller.
 */
class ProseTest {
  private static final Path ROOT = Path.of("..", "..");

  /** Pronouns for members, processes and callers, in the singular of a person. */
  private static final Pattern PRONOUN =
      Pattern.compile("\\b(whoever|nobody|somebody|he|him|his)\\b", Pattern.CASE_INSENSITIVE);

  /** A Javadoc sentence without a subject, such as "Of one member." */
  private static final Pattern FRAGMENT =
      Pattern.compile("^\\s*(?:/\\*)?\\*+ (?:Of|To|By|From)(?: [a-z]+){1,3}\\.");

  /** A comment, a text block, a string, or a character, whichever begins first. */
  private static final Pattern PROSE =
      Pattern.compile(
          "//.*|/\\*(?s:.*?)\\*/|\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n"
              + "])*\"|'(?:\\\\.|[^'\\\\])+'");

  @Test
  void commentsAndMessagesNameTheThingThatActs() {
    List<String> faults = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("modules"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/main/"))
          .sorted()
          .forEach(file -> faults.addAll(faults(file, prose(read(file)))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void manualsNameTheThingThatActs() {
    List<String> faults = new ArrayList<>();
    for (String top : List.of("README.md", ".github", "modules", "config", "bench")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(top))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("/target/"))
            .sorted()
            .forEach(file -> faults.addAll(faults(file, read(file))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("sources")
  void aFaultIsFoundInProseAlone(String source, int line) {
    List<String> found = faults(Path.of("A.java"), prose(source));
    if (line == 0) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).singleElement().asString().startsWith("A.java:" + line + ": ");
    }
  }

  /** Sources, and the line of the only fault in each; 0 if there is none. */
  static Stream<Arguments> sources() {
    return Stream.of(
        arguments("// Whoever reads it.", 1),
        arguments("int a; /* a\n * b nobody */", 2),
        arguments("log.warn(\"he is \\\" away\");", 1),
        arguments("  /** Of one member. */", 1),
        arguments("/**\n * By itself alone.\n */", 2),
        arguments("/** Each member of the group. */", 0),
        arguments("   * To be called.", 0),
        arguments("void nobody() {} // the rest", 0),
        arguments("char c = '\"'; int he; // \"", 0));
  }

  /** The source with everything blank that is neither a comment nor a literal. */
  private static String prose(String source) {
    StringBuilder prose = new StringBuilder();
    Matcher matcher = PROSE.matcher(source);
    int end = 0;
    while (matcher.find()) {
      prose.append(source.substring(end, matcher.start()).replaceAll("\\S", " "));
      prose.append(matcher.group());
      end = matcher.end();
    }
    return prose.toString();
  }

  private static List<String> faults(Path file, String prose) {
    List<String> faults = new ArrayList<>();
    List<String> lines = prose.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String found =
          Stream.of(PRONOUN, FRAGMENT)
              .map(pattern -> pattern.matcher(line))
              .filter(Matcher::find)
              .map(Matcher::group)
              .map(String::strip)
              .collect(joining(", "));
      if (!found.isEmpty()) {
        faults.add("%s:%d: %s".formatted(file, i + 1, found));
      }
    }
    return faults;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
