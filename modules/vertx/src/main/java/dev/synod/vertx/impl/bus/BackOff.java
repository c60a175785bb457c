package dev.synod.vertx.impl.bus;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The delay after failed writes: it grows, differs between members, and lets one frame at a time
 * try until a write succeeds. Sending to an unknown address costs a lookup in the cluster's
 * registry, so unreachable members are tried rarely.
 */
final class BackOff {
  private final long minNanos;
  private final long maxNanos;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;

  // A broken connection fails all frames in flight, which count as one incident.
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

  /** Tells whether a frame may be sent now. */
  boolean mayWrite() {
    return failures == 0 || (!probing && !waits());
  }

  /** Tells whether a delay is running. */
  boolean waits() {
    return failures > 0 && !probing && retryAt - nanoTime.getAsLong() > 0;
  }

  /**
   * Records that a frame is sent.
   *
   * @return incident number, passed back with the result of the write
   */
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

  /**
   * Records a failed write.
   *
   * @return whether it starts a new incident
   */
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
