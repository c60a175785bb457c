package dev.synod.bench.peers;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what a peer brings about in its own time. */
final class Until {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Until() {}

  /** Looks every 20 ms, for at most a minute. */
  static void is(String what, Callable<Boolean> condition) throws Exception {
    long began = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - began > PATIENCE_NANOS) {
        throw new IllegalStateException("within a minute there was no " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
