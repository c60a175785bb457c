package dev.synod.data.map;

import java.util.Locale;

/**
 * Limits of the change history that a member keeps for returning watchers. A watcher that was away
 * for longer gets the whole map instead. The limits are not part of the replicated state, so that
 * members may differ.
 *
 * @param changes maximum number of changes of one map
 * @param bytes maximum size of the changes of one map: keys, values and {@value #OVERHEAD} bytes
 *     for each change
 * @param totalBytes maximum size of the changes of all maps
 */
public record HistoryLimits(int changes, long bytes, long totalBytes) {
  /** Assumed memory of a change besides its key and value, in bytes. */
  public static final int OVERHEAD = 96;

  /** The default: 65,536 changes and 8 MiB for each map, 64 MiB for all maps. */
  public static final HistoryLimits DEFAULT = new HistoryLimits(65_536, 8L << 20, 64L << 20);

  /**
   * Creates the limits.
   *
   * @throws IllegalArgumentException if a limit is negative
   */
  public HistoryLimits {
    if (changes < 0 || bytes < 0 || totalBytes < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the limits of a history must be at least 0, but are %d changes, %d bytes, %d bytes in total",
              changes,
              bytes,
              totalBytes));
    }
  }
}
