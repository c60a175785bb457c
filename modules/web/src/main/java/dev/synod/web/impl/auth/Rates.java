package dev.synod.web.impl.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A {@link Bucket} for each of many. Remembers those who came last, a bounded number of them. Safe
 * on all threads.
 */
public final class Rates {
  private static final int MOST = 10_000;

  private final double perSecond;
  private final double most;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Rates of one kind.
   *
   * @param perSecond how often each may
   * @param most how often at once
   */
  public Rates(double perSecond, double most, LongSupplier nanoTime) {
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

  private Bucket bucket(String who, long now) {
    return buckets.computeIfAbsent(who, first -> new Bucket(perSecond, most, now));
  }
}
