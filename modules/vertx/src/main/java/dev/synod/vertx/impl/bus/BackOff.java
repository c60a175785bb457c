package dev.synod.vertx.impl.bus;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * When to try again after a failed write: later and later, not all members at once, and one frame
 * at a time until one succeeds. A send to an address nobody knows costs a look into the cluster's
 * registry, so the dead are not to be called often.
 */
final class BackOff {
  private final long minNanos;
  private final long maxNanos;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;

  // All frames under way fail together when a connection breaks. They are one incident.
  private int incident;
  private int failures;
  private long retryAt;
  private boolean probing;

  BackOff(LinkLimits linkLimits, LongSupplier nanoTime, RandomGenerator random) {
    this.minNanos = TimeUnit.MILLISECONDS.toNanos(linkLimits.minBackOff());
    this.maxNanos = TimeUnit.MILLISECONDS.toNanos(linkLimits.maxBackOff());
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** Whether a frame may go now. */
  boolean mayWrite() {
    return failures == 0 || (!probing && !waits());
  }

  /** Whether nothing may go until some time has passed. */
  boolean waits() {
    return failures > 0 && !probing && retryAt - nanoTime.getAsLong() > 0;
  }

  /** A frame goes; what is returned is to be given back with its end. */
  int started() {
    probing = failures > 0;
    return incident;
  }

  void succeeded(int startedIn) {
    if (startedIn == incident) {
      failures = 0;
      probing = false;
    }
  }

  /** Whether this failure is news, and not another one of an incident that is known. */
  boolean failed(int startedIn) {
    if (startedIn != incident) {
      return false;
    }
    incident++;
    probing = false;
    long longest = Math.min(maxNanos, minNanos << Math.min(failures, 16));
    failures++;
    retryAt = nanoTime.getAsLong() + longest / 2 + random.nextLong(longest / 2 + 1);
    return true;
  }
}
