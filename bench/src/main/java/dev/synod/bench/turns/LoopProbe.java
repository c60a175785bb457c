package dev.synod.bench.turns;

import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread that submits a task to a context again and again, and keeps the longest wait. */
final class LoopProbe implements AutoCloseable {
  private static final long PAUSE_NANOS = 20_000;

  private final AtomicLong longest = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  LoopProbe(Context context) {
    this.thread = new Thread(() -> run(context), "loop-probe");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Context context) {
    while (!closed) {
      long submitted = System.nanoTime();
      context.runOnContext(
          turn -> {
            longest.accumulateAndGet(System.nanoTime() - submitted, Math::max);
            LockSupport.unpark(thread);
          });
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Returns the longest wait of a task since the last call, of one at least, in nanoseconds. */
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
