package dev.synod.web.impl.auth;

import java.util.concurrent.TimeUnit;

/**
 * A rate limit: a number of permits per second, and a number of permits at once after a pause. Not
 * thread-safe.
 */
public final class TokenBucket {
  private final double perNano;
  private final double most;
  private double left;
  private long at;

  /**
   * Creates a full bucket.
   *
   * @param perSecond permits per second
   * @param most maximum number of permits at once
   * @param now nanoseconds of a monotonic clock
   */
  public TokenBucket(double perSecond, double most, long now) {
    this.perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
    this.most = most;
    this.left = most;
    this.at = now;
  }

  /**
   * Takes a permit.
   *
   * @return 0, or the milliseconds until the next permit
   */
  public long take(long now) {
    long wait = look(now);
    if (wait == 0) {
      left -= 1;
    }
    return wait;
  }

  /** Returns 0 if a permit is available, otherwise the milliseconds until the next one. */
  long look(long now) {
    left = Math.min(most, left + (now - at) * perNano);
    at = now;
    return left >= 1
        ? 0
        : (long) Math.ceil((1 - left) / perNano / TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** Gives back a token that was taken. */
  void giveBack() {
    left = Math.min(most, left + 1);
  }
}
