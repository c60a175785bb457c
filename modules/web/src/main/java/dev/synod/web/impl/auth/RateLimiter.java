package dev.synod.web.impl.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A {@link TokenBucket} for each of many callers. It keeps the buckets of the most recent callers,
 * up to a fixed number. Thread-safe.
 */
public final class RateLimiter {
  private static final int MOST = 10_000;

  private final double perSecond;
  private final double most;
  private final LongSupplier nanoTime;
  private final Map<String, TokenBucket> tokenBuckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Creates a limiter.
   *
   * @param perSecond permits per second of each caller
   * @param most maximum number of permits at once
   */
  public RateLimiter(double perSecond, double most, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a permit of a caller.
   *
   * @return 0, or the milliseconds until the next permit
   */
  public synchronized long take(String who) {
    long now = nanoTime.getAsLong();
    return bucket(who, now).take(now);
  }

  /** Returns 0 if the caller has a permit, otherwise the milliseconds until the next one. */
  public synchronized long look(String who) {
    long now = nanoTime.getAsLong();
    return bucket(who, now).look(now);
  }

  /** Gives back a token that was taken. */
  public synchronized void giveBack(String name) {
    bucket(name, nanoTime.getAsLong()).giveBack();
  }

  private TokenBucket bucket(String who, long now) {
    return tokenBuckets.computeIfAbsent(who, first -> new TokenBucket(perSecond, most, now));
  }
}
