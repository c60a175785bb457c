package dev.synod.core.spec;

import dev.synod.fuzzing.Tlc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of the specification: a module, and a {@code .cfg} with its constants. Each rule of the
 * protocol is a constant, {@code TRUE} in every model; a mutant differs from its model in nothing
 * but the rules it lacks.
 *
 * @param name of the {@code .cfg}
 * @param module of the {@code .tla}
 */
record Model(String name, String module) {
  /** Where the specification lies; Maven runs the tests of a module in its directory. */
  private static final Path SPEC = Path.of("src", "spec");

  private static final Pattern RULE = Pattern.compile("^  (\\w+) = TRUE$", Pattern.MULTILINE);

  private String without(List<String> rules) throws IOException {
    String text = text();
    for (String rule : rules) {
      String mutated = text.replaceFirst("(?m)^  " + rule + " = TRUE$", "  " + rule + " = FALSE");
      if (mutated.equals(text)) {
        throw new IllegalArgumentException(name + ".cfg has no rule " + rule);
      }
      text = mutated;
    }
    return text;
  }

  /**
   * Checks the model without these rules.
   *
   * @param directory the run's own
   * @param isLarge whether the check takes minutes rather than seconds
   */
  Verdict check(List<String> withoutRules, Path directory, boolean isLarge)
      throws IOException, InterruptedException {
    // The better compiler costs more than it saves in a few seconds.
    Tlc tlc =
        isLarge
            ? new Tlc(SPEC, directory, List.of("-Xmx3g"), Duration.ofHours(1))
            : new Tlc(
                SPEC,
                directory,
                List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"),
                Duration.ofMinutes(5));
    return Verdict.of(tlc.check(module, without(withoutRules)));
  }

  /** The rules that this model can go without. */
  TreeSet<String> rules() throws IOException {
    TreeSet<String> rules = new TreeSet<>();
    Matcher matcher = RULE.matcher(text());
    while (matcher.find()) {
      rules.add(matcher.group(1));
    }
    return rules;
  }

  private String text() throws IOException {
    return Files.readString(SPEC.resolve(name + ".cfg"));
  }
}
