package dev.synod.web.impl.auth;

import java.util.concurrent.TimeUnit;

/**
 * How often somebody may do something: so many times a second, and as many at once after a pause.
 * On one thread at a time.
 */
public final class TokenBucket {
  private final double perNano;
  private final double most;
  private double left;
  private long at;

  /**
   * A full one.
   *
   * @param perSecond how often
   * @param most how often at once
   * @param now nanoseconds of a monotonic clock
   */
  public TokenBucket(double perSecond, double most, long now) {
    this.perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
    this.most = most;
    this.left = most;
    this.at = now;
  }

  /** Takes one; returns 0, or for how many milliseconds there is none. */
  public long take(long now) {
    long wait = look(now);
    if (wait == 0) {
      left -= 1;
    }
    return wait;
  }

  /** The same, without taking one. */
  long look(long now) {
    left = Math.min(most, left + (now - at) * perNano);
    at = now;
    return left >= 1
        ? 0
        : (long) Math.ceil((1 - left) / perNano / TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** Puts back one that was taken. */
  void giveBack() {
    left = Math.min(most, left + 1);
  }
}
