package dev.synod.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Certificates as {@code config/tls/make-certificates} makes them; each time of a new authority.
 */
public final class Certificates {
  private Certificates() {}

  public static Path make(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of("..", "..", "config", "tls", "make-certificates").toString(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("make-certificates failed: " + Files.readString(said));
    }
    return directory;
  }
}
