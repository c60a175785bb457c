package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code key<TAB>slot}, one for each write that was acknowledged, appended to a file. Safe
 * on all threads.
 */
public final class AckLog implements Closeable {
  private final @Nullable Path file;
  private @Nullable BufferedWriter out;

  private AckLog(@Nullable Path file, @Nullable BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /** Keeps nothing if the file is null. */
  public static AckLog append(@Nullable Path file) {
    if (file == null) {
      return new AckLog(null, null);
    }
    try {
      return new AckLog(
          file,
          Files.newBufferedWriter(
              file,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND));
    } catch (IOException failure) {
      throw broken(file, failure);
    }
  }

  synchronized void acknowledged(String key, long slot) {
    if (out != null) {
      try {
        out.append(key).append('\t').append(Long.toString(slot)).append('\n');
      } catch (IOException failure) {
        throw broken(file, failure);
      }
    }
  }

  /** What was acknowledged until now outlives this process. */
  public synchronized void flush() {
    if (out != null) {
      try {
        out.flush();
      } catch (IOException failure) {
        throw broken(file, failure);
      }
    }
  }

  /** Nothing is taken or flushed any more. */
  @Override
  public synchronized void close() {
    BufferedWriter open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failure) {
        throw broken(file, failure);
      }
    }
  }

  private static CommandFailure broken(@Nullable Path file, IOException failure) {
    return new CommandFailure(
        ExitCode.IO,
        String.format(
            Locale.ROOT, "--out: %s cannot be written: %s", file, IoMessages.of(failure)));
  }
}
