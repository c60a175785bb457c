package dev.synod.fuzzing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tlc2.TLC;

/** Runs TLC in a JVM of its own, because TLC keeps its state in statics and ends with an exit. */
public final class Tlc {
  private final Path specification;
  private final Path directory;
  private final List<String> jvmOptions;
  private final Duration limit;

  /**
   * @param specification the directory with the {@code .tla} modules
   * @param directory where the run writes; it may hold further modules
   * @param jvmOptions for the memory and the compiler of the JVM
   * @param limit how long the run may take
   */
  public Tlc(Path specification, Path directory, List<String> jvmOptions, Duration limit) {
    this.specification = specification;
    this.directory = directory;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.limit = limit;
  }

  /**
   * The end of a run.
   *
   * @param complete whether TLC looked at every state and found no error
   * @param output all that TLC printed
   */
  public record Result(boolean complete, String output) {}

  /**
   * Checks a module, and waits for the end.
   *
   * @param configuration the text of the {@code .cfg}
   * @throws IllegalStateException if the run exceeds its limit
   */
  public Result check(String module, String configuration)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(specification)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".tla")).toList()) {
        // TLC writes its findings beside the module: a copy keeps the sources clean.
        Files.writeString(directory.resolve(file.getFileName()), Files.readString(file));
      }
    }
    Files.writeString(directory.resolve("model.cfg"), configuration);
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(command(module))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "TLC has not come to an end in %d minutes: see %s",
                limit.toMinutes(),
                output));
      }
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    return new Result(text.contains("Model checking completed. No error has been found."), text);
  }

  private List<String> command(String module) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
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
            module));
    return command;
  }

  private static Path jar() {
    try {
      return Path.of(TLC.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of TLC's jar is no path", e);
    }
  }
}
