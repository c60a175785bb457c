package dev.synod.data.map;

/**
 * How much a member remembers of what changed, for watchers that come back. Whoever was away longer
 * is given a snapshot instead. No part of the replicated state: members may differ.
 *
 * @param changes of one map
 * @param bytes of one map, keys and values and some {@value #OVERHEAD} for each change
 * @param totalBytes of all maps together
 */
public record HistoryLimits(int changes, long bytes, long totalBytes) {
  /** What a change is taken to weigh beside its key and value. */
  static final int OVERHEAD = 96;

  /** 65,536 changes and 8 MiB for a map, 64 MiB together. */
  public static final HistoryLimits DEFAULT = new HistoryLimits(65_536, 8L << 20, 64L << 20);

  /** Checks that nothing is negative. */
  public HistoryLimits {
    if (changes < 0 || bytes < 0 || totalBytes < 0) {
      throw new IllegalArgumentException(
          "limits of a history are at least 0, not %d changes, %d bytes, %d bytes in all"
              .formatted(changes, bytes, totalBytes));
    }
  }
}
