package dev.synod.app.terminal;

import java.io.Console;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a command is: a bar on a terminal, elsewhere a line now and then. */
public final class Progress implements AutoCloseable {
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final @Nullable ProgressBar bar;
  private final PrintStream out;
  private final String task;
  private final long total;
  private final long start = System.nanoTime();
  private long lastLine = start;

  private Progress(@Nullable ProgressBar bar, PrintStream out, String task, long total) {
    this.bar = bar;
    this.out = out;
    this.task = task;
    this.total = total;
  }

  /**
   * Creates a progress display on standard error.
   *
   * @param task the task's name, one word
   * @param total the amount at which the task is done; negative if not known
   * @param unit the name of the bar's unit
   * @param unitSize how much of {@code total} is one unit of the bar
   */
  public static Progress onStandardError(String task, long total, String unit, int unitSize) {
    if (!isTerminal()) {
      return new Progress(null, System.err, task, total);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total < 0 ? -1 : total)
            .setUnit(" " + unit, unitSize)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
    return new Progress(bar, System.err, task, total);
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

  /**
   * To be called often, on one thread.
   *
   * @param message beside the share that is done
   */
  public void at(long done, Supplier<String> message) {
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(" " + message.get());
      return;
    }
    long now = System.nanoTime();
    // Ten lines for each tenfold time: a long command does not fill the log that it is run in.
    if (now - lastLine >= Math.max(LINE_NANOS, (now - start) / 10)) {
      lastLine = now;
      out.println(task + ": " + (total > 0 ? 100 * done / total + " %, " : "") + message.get());
    }
  }

  public double seconds() {
    return Math.max(1, System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
