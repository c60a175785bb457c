package dev.synod.app.torture;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What happened when: each fault, each change of leader, and whatever is wrong. All threads. */
final class Diary implements AutoCloseable {
  private final long start = System.nanoTime();
  private final PrintWriter file;
  private final List<String> wrong = new ArrayList<>();

  Diary(Path path) {
    try {
      file = new PrintWriter(Files.newBufferedWriter(path, StandardCharsets.UTF_8), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nanoseconds since the beginning: the clock of the history. */
  long now() {
    return System.nanoTime() - start;
  }

  double seconds() {
    return now() / (double) TimeUnit.SECONDS.toNanos(1);
  }

  synchronized void note(String text) {
    file.println(String.format(Locale.ROOT, "%9.3f  %s", seconds(), text));
  }

  /** Something that must never be. */
  synchronized void wrong(String text) {
    note("WRONG: " + text);
    wrong.add(String.format(Locale.ROOT, "at %.3f s: %s", seconds(), text));
  }

  synchronized List<String> wrongs() {
    return List.copyOf(wrong);
  }

  @Override
  public synchronized void close() {
    file.close();
  }
}
