package dev.synod.bench.turns;

import dev.synod.vertx.NextPass;
import io.vertx.core.Context;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A task that runs in each pass of an event loop and keeps the longest pass: the processor time of
 * the loop's thread between two of its turns. Time in which the thread does not run, because the
 * machine is busy or garbage is collected, does not count.
 */
final class LoopProbe implements AutoCloseable {
  private static final long PAUSE_NANOS = 20_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Context context;
  private final AtomicLong longest = new AtomicLong();
  private long last;
  private volatile boolean closed;

  LoopProbe(Context context) {
    this.context = context;
    context.runOnContext(
        turn -> {
          last = THREADS.getCurrentThreadCpuTime();
          NextPass.run(context, this::pass);
        });
  }

  private void pass() {
    long now = THREADS.getCurrentThreadCpuTime();
    longest.accumulateAndGet(now - last, Math::max);
    last = now;
    if (!closed) {
      NextPass.run(context, this::pass);
    }
  }

  /** Returns the longest pass since the last call, in nanoseconds; waits for one at least. */
  long take() {
    while (longest.get() == 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return longest.getAndSet(0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
