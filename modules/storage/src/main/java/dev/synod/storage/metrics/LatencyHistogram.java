package dev.synod.storage.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, counted in buckets that are never wider than an eighth of what they
 * hold. One thread records, which costs one store into a fixed array and neither locks nor
 * allocates; any thread may read. All times are nanoseconds.
 */
public final class LatencyHistogram {
  /** Of each power of two, so that a bucket is exact to an eighth. */
  private static final int PARTS = 8;

  private static final int PART_BITS = 3;

  /** The highest bucket takes whatever is longer, some 78 hours and beyond. */
  private static final int BUCKETS = 46 * PARTS;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private volatile long sum;

  /** Nothing is recorded yet. */
  public LatencyHistogram() {}

  /** Counts one; on the recording thread only. */
  public void record(long nanos) {
    long time = Math.max(0, nanos);
    int bucket = bucket(time);
    counts.lazySet(bucket, counts.getPlain(bucket) + 1);
    long more = sum + time; // one thread writes
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

  /** The longest time that falls into the bucket. */
  private static long upper(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    int shift = bucket / PARTS - 1;
    return ((PARTS + bucket % PARTS + 1L) << shift) - 1;
  }

  /** All that was recorded so far. */
  public Snapshot snapshot() {
    long[] copy = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      copy[i] = counts.getOpaque(i);
    }
    return new Snapshot(copy, sum);
  }

  /** What was recorded within some time. */
  public static final class Snapshot {
    /** Nothing at all. */
    public static final Snapshot NONE = new Snapshot(new long[BUCKETS], 0);

    private final long[] counts;
    private final long sum;

    private Snapshot(long[] counts, long sum) {
      this.counts = counts;
      this.sum = sum;
    }

    /** What came since that one, an earlier snapshot of the same histogram. */
    public Snapshot since(Snapshot earlier) {
      long[] more = new long[BUCKETS];
      for (int i = 0; i < BUCKETS; i++) {
        more[i] = counts[i] - earlier.counts[i];
      }
      return new Snapshot(more, sum - earlier.sum);
    }

    /** How many there are. */
    public long count() {
      long count = 0;
      for (long of : counts) {
        count += of;
      }
      return count;
    }

    /** All of them together. */
    public long sum() {
      return sum;
    }

    /** How many took no longer than that, to the precision of a bucket. */
    public long countUpTo(long nanos) {
      long count = 0;
      for (int i = 0; i < BUCKETS && upper(i) <= nanos; i++) {
        count += counts[i];
      }
      return count;
    }

    /**
     * The time that this share of them did not exceed, to the precision of a bucket; 0 if there are
     * none.
     *
     * @param share from 0 to 1
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
