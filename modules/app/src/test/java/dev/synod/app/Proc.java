package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the jar, with what it said in files. */
final class Proc implements AutoCloseable {
  private static final String JAR = System.getProperty("synod.jar", "target/synod.jar");
  private static final long END_SECONDS = 60;

  private final Process process;
  private final Path out;
  private final Path err;

  private Proc(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts {@code java -jar synod.jar args}.
   *
   * @param directory to run in; what it says is there, in files of that name, appended
   */
  static Proc start(Path directory, String name, List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar"));
    command.add(Path.of(JAR).toAbsolutePath().toString());
    command.addAll(args);
    Path out = directory.resolve(name + ".out");
    Path err = directory.resolve(name + ".err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
            .start();
    return new Proc(process, out, err);
  }

  /** Its exit code, once it has ended by itself. */
  int end() throws InterruptedException {
    assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).as("ended: %s", err()).isTrue();
    return process.exitValue();
  }

  /** As SIGTERM does. */
  void terminate() {
    process.destroy();
  }

  /** As SIGKILL does: nothing of it runs any more when this returns. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
