package dev.synod.core.spec;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tlc2.TLC;

/** Runs TLC in a JVM of its own, because it keeps its state in statics and ends with an exit. */
final class Tlc {
  private static final Pattern VIOLATED = Pattern.compile("Invariant (\\w+) is violated");
  private static final Pattern STATES =
      Pattern.compile("([\\d,]+) states generated[^,]*, ([\\d,]+) distinct states found, 0 states");

  /**
   * What TLC said.
   *
   * @param complete whether it looked at every state and found nothing wrong
   * @param violated the invariant that does not hold; empty if all do
   * @param states the distinct states, if it looked at them all
   * @param output all that it printed
   */
  record Verdict(boolean complete, String violated, long states, String output) {}

  private Tlc() {}

  /**
   * Checks the model without these rules.
   *
   * @param directory the run's own
   * @param isLarge whether it takes minutes rather than seconds
   */
  static Verdict check(Model model, List<String> withoutRules, Path directory, boolean isLarge)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    for (Path module : Model.modules()) {
      // A copy, for TLC writes beside the module what it finds.
      Files.writeString(directory.resolve(module.getFileName()), Files.readString(module));
    }
    Files.writeString(directory.resolve("model.cfg"), model.without(withoutRules));
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                // The better compiler costs more than it saves in a few seconds.
                "-XX:TieredStopAtLevel=" + (isLarge ? 4 : 1),
                "-Xmx" + (isLarge ? "3g" : "1g"),
                // TLC unpacks its own modules there.
                "-Djava.io.tmpdir=.",
                "-cp",
                jar().toString(),
                TLC.class.getName(),
                "-workers",
                "1",
                "-fp",
                "0",
                "-metadir",
                "states",
                "-config",
                "model.cfg",
                model.module())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long minutes = isLarge ? 60 : 5;
    try {
      if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
        throw new IllegalStateException(
            "TLC has not come to an end in " + minutes + " minutes: see " + output);
      }
    } finally {
      process.destroyForcibly();
    }
    return verdict(Files.readString(output));
  }

  private static Verdict verdict(String output) {
    Matcher violated = VIOLATED.matcher(output);
    Matcher states = STATES.matcher(output);
    return new Verdict(
        output.contains("Model checking completed. No error has been found."),
        violated.find() ? violated.group(1) : "",
        states.find() ? Long.parseLong(states.group(2).replace(",", "")) : 0,
        output);
  }

  private static Path jar() {
    try {
      return Path.of(TLC.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of TLC's jar is no path", e);
    }
  }
}
