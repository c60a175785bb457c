package dev.synod.app;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a load is: a bar on a terminal, elsewhere a line every second. */
final class Progress implements AutoCloseable {
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final @Nullable ProgressBar bar;
  private final PrintStream out;
  private final long totalBytes;
  private final long start = System.nanoTime();
  private long lastLine = start;

  private Progress(@Nullable ProgressBar bar, PrintStream out, long totalBytes) {
    this.bar = bar;
    this.out = out;
    this.totalBytes = totalBytes;
  }

  /**
   * @param totalBytes of the input, negative if not known
   */
  static Progress onStandardError(long totalBytes) {
    return show(System.err, isTerminal(), totalBytes);
  }

  /** From Java 22 on there is a console always, which then says itself whether it is a terminal. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderJava) {
      return true;
    }
  }

  static Progress show(PrintStream out, boolean terminal, long totalBytes) {
    if (!terminal) {
      return new Progress(null, out, totalBytes);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("load")
            .setInitialMax(totalBytes < 0 ? -1 : totalBytes)
            .setUnit(" KiB", 1024)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(new ConsoleProgressBarConsumer(out))
            .build();
    return new Progress(bar, out, totalBytes);
  }

  /** To be called often, on one thread. */
  void at(long bytes, long acknowledged, long retries) {
    if (bar != null) {
      bar.stepTo(bytes);
      bar.setExtraMessage(
          " " + acknowledged + " keys" + (retries == 0 ? "" : ", " + retries + " retries"));
      return;
    }
    long now = System.nanoTime();
    if (now - lastLine >= LINE_NANOS) {
      lastLine = now;
      String share = totalBytes > 0 ? 100 * bytes / totalBytes + " % of the input, " : "";
      out.printf(
          Locale.ROOT,
          "load: %s%d keys acknowledged, %.0f keys/s, %d retries%n",
          share,
          acknowledged,
          acknowledged / seconds(),
          retries);
    }
  }

  double seconds() {
    return Math.max(1, System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
