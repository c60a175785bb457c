package dev.synod.app.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs small programs of the machine: {@code ip}, {@code mount}, {@code kill}. */
final class Shell {
  private Shell() {}

  /**
   * Runs a command to its end.
   *
   * @throws IOException if it cannot be run or fails, with what it said
   */
  static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = join(process);
    if (code != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(String.join(" ", List.of(command)), code, said.strip()));
    }
    return said;
  }

  /** The same of words that stand apart by single spaces. */
  static String words(String command) throws IOException {
    return run(command.split(" "));
  }

  private static int join(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stop);
    }
  }
}
