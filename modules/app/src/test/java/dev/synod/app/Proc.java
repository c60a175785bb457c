package dev.synod.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the jar, with what it said in files. */
public final class Proc implements AutoCloseable {
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
    return start(directory, name, List.of(), List.of("-Xmx256m"), args);
  }

  /**
   * The same, {@code before} the command what becomes it without another process in between, such
   * as {@code nsenter}.
   */
  public static Proc start(
      Path directory, String name, List<String> before, List<String> jvm, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar"));
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
  public int end() throws InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it has not ended after " + END_SECONDS + " s: " + err());
    }
    return process.exitValue();
  }

  /** As SIGTERM does. */
  public void terminate() {
    process.destroy();
  }

  /** As SIGKILL does: nothing of it runs any more when this returns. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String out() {
    return read(out);
  }

  public String err() {
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
