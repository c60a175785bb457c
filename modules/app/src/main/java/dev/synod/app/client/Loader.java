package dev.synod.app.client;

import dev.synod.app.client.LoadInput.Line;
import dev.synod.app.terminal.CommandErrors;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes many lines at once, those of one key one after the other: so the last line of a key wins,
 * as in the input.
 *
 * <p>One thread reads and waits when enough is under way; everything else is on one context.
 */
public final class Loader {
  private static final long LOOK_MILLIS = 100;

  /** How a line is written. */
  public interface Writer {
    /** Completes with the slot. */
    Future<Long> put(String key, Buffer value);
  }

  /** How far it is, or came. */
  public interface Watcher {
    void at(long bytes, long acknowledged);
  }

  private final Context context;
  private final Writer writer;
  private final AckLog acks;
  private final int inFlight;
  private final Semaphore free;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<@Nullable CommandFailure> failure = new AtomicReference<>();

  /** Keys that are being written, with the lines that wait for them. On the context. */
  private final Map<String, Deque<Line>> busy = new HashMap<>();

  public Loader(Context context, Writer writer, AckLog acks, int inFlight) {
    this.context = context;
    this.writer = writer;
    this.acks = acks;
    this.inFlight = inFlight;
    this.free = new Semaphore(inFlight);
  }

  /**
   * Writes all of it. Blocks. After the first failure no further line is begun; those under way are
   * waited for.
   *
   * @return the first failure, null if every line was acknowledged
   */
  public @Nullable CommandFailure load(LoadInput input, Watcher watcher)
      throws InterruptedException {
    try {
      while (failure.get() == null) {
        Line line = input.next();
        if (line == null) {
          break;
        }
        while (!free.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          watcher.at(input.bytes(), acknowledged.get());
        }
        context.runOnContext(ignored -> begin(input, line));
        if (line.number() % 64 == 0) {
          watcher.at(input.bytes(), acknowledged.get());
        }
      }
    } catch (CommandFailure wrong) {
      fail(wrong);
    } catch (IOException broken) {
      fail(new CommandFailure(ExitCode.IO, "the input cannot be read: " + IoMessages.of(broken)));
    }
    while (!free.tryAcquire(inFlight, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      watcher.at(input.bytes(), acknowledged.get());
    }
    watcher.at(input.bytes(), acknowledged.get());
    return failure.get();
  }

  public long acknowledged() {
    return acknowledged.get();
  }

  public void fail(CommandFailure why) {
    failure.compareAndSet(null, why);
  }

  private void begin(LoadInput input, Line line) {
    Deque<Line> waiting = busy.putIfAbsent(line.key(), new ArrayDeque<>(0));
    if (waiting == null) {
      write(input, line);
    } else {
      waiting.add(line);
    }
  }

  private void write(LoadInput input, Line line) {
    writer
        .put(line.key(), line.value())
        .onComplete(
            done -> {
              if (done.succeeded()) {
                acknowledged(line, done.result());
              } else {
                fail(input.refused(line, CommandErrors.of(done.cause())));
              }
              next(input, line.key());
              free.release();
            });
  }

  private void acknowledged(Line line, long slot) {
    try {
      acks.acknowledged(line.key(), slot);
      acknowledged.incrementAndGet();
    } catch (CommandFailure broken) {
      fail(broken);
    }
  }

  private void next(LoadInput input, String key) {
    Deque<Line> waiting = busy.getOrDefault(key, new ArrayDeque<>(0));
    if (failure.get() != null) {
      // A later line must not overtake one that failed.
      free.release(waiting.size());
      waiting.clear();
    }
    Line next = waiting.poll();
    if (next == null) {
      busy.remove(key);
    } else {
      write(input, next);
    }
  }
}
