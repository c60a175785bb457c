package dev.synod.storage.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram of latencies in nanoseconds, with a relative error of at most one eighth. One thread
 * records, with one store into a fixed array and without locks or allocation; any thread may read.
 */
public final class LatencyHistogram {
  /** Number of buckets for each power of two. */
  private static final int PARTS = 8;

  private static final int PART_BITS = 3;

  /** Number of buckets; the highest one counts everything above about 78 hours. */
  private static final int BUCKETS = 46 * PARTS;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private volatile long sum;

  /** Nothing is recorded yet. */
  public LatencyHistogram() {}

  /** Records a latency; called on the recording thread only. */
  public void record(long nanos) {
    long time = Math.max(0, nanos);
    int bucket = bucket(time);
    counts.lazySet(bucket, counts.getPlain(bucket) + 1);
    long more = sum + time; // only one thread writes
    sum = more;
  }

  private static int bucket(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    int part = (int) (nanos >>> (power - PART_BITS)) - PARTS;
    return Math.min(BUCKETS - 1, (power - PART_BITS + 1) * PARTS + part);
  }

  /** Returns the upper bound of a bucket. */
  private static long upper(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    int shift = bucket / PARTS - 1;
    return ((PARTS + bucket % PARTS + 1L) << shift) - 1;
  }

  /** Returns all latencies recorded so far. */
  public Snapshot snapshot() {
    long[] copy = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      copy[i] = counts.getOpaque(i);
    }
    return new Snapshot(copy, sum);
  }

  /** An immutable set of recorded latencies. */
  public static final class Snapshot {
    /** The empty set. */
    public static final Snapshot NONE = new Snapshot(new long[BUCKETS], 0);

    private final long[] counts;
    private final long sum;

    private Snapshot(long[] counts, long sum) {
      this.counts = counts;
      this.sum = sum;
    }

    /** Returns the latencies recorded after an earlier snapshot of the same histogram. */
    public Snapshot since(Snapshot earlier) {
      long[] more = new long[BUCKETS];
      for (int i = 0; i < BUCKETS; i++) {
        more[i] = counts[i] - earlier.counts[i];
      }
      return new Snapshot(more, sum - earlier.sum);
    }

    /** Returns the number of latencies. */
    public long count() {
      long count = 0;
      for (long of : counts) {
        count += of;
      }
      return count;
    }

    /** Returns the sum of the latencies in nanoseconds. */
    public long sum() {
      return sum;
    }

    /** Returns the number of latencies up to a bound, to the precision of a bucket. */
    public long countUpTo(long nanos) {
      long count = 0;
      for (int i = 0; i < BUCKETS && upper(i) <= nanos; i++) {
        count += counts[i];
      }
      return count;
    }

    /**
     * Returns a percentile, to the precision of a bucket; 0 if there are no latencies.
     *
     * @param share percentile as a fraction, from 0 to 1
     */
    public long percentile(double share) {
      long wanted = Math.max(1, (long) Math.ceil(share * count()));
      long seen = 0;
      for (int i = 0; i < BUCKETS; i++) {
        seen += counts[i];
        if (seen >= wanted) {
          return upper(i);
        }
      }
      return 0;
    }
  }
}
