package dev.synod.web.impl.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A {@link TokenBucket} for each of many. Remembers those who came last, a bounded number of them.
 * Safe on all threads.
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
   * Rates of one kind.
   *
   * @param perSecond how often each may
   * @param most how often at once
   */
  public RateLimiter(double perSecond, double most, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /** Takes one; returns 0, or for how many milliseconds there is none. */
  public synchronized long take(String who) {
    long now = nanoTime.getAsLong();
    return bucket(who, now).take(now);
  }

  /** The same, without taking one. */
  public synchronized long look(String who) {
    long now = nanoTime.getAsLong();
    return bucket(who, now).look(now);
  }

  /** Puts back one that was taken. */
  public synchronized void giveBack(String who) {
    bucket(who, nanoTime.getAsLong()).giveBack();
  }

  private TokenBucket bucket(String who, long now) {
    return tokenBuckets.computeIfAbsent(who, first -> new TokenBucket(perSecond, most, now));
  }
}
