package dev.synod.data.map.state;

import dev.synod.data.map.HistoryLimits;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the histories of all maps within their limits. A slot drops a bounded number of changes, so
 * that a large value behind many small ones does not hold the member; the histories exceed their
 * limits for some slots then.
 */
public final class HistoryKeeper {
  /** Changes that a slot drops at most, beyond twice those that it made. */
  private static final int DROPS = 1_000;

  private final HistoryLimits limits;

  /** The maps by the size of their history: list {@code i} has sizes from 2^i to below 2^(i+1). */
  private final MapList[] bySize = new MapList[Long.SIZE];

  /** The lists that are not empty, one bit each. */
  private long used;

  /** Maps that were changed and may be above the limits of one map. */
  private final ArrayDeque<MapState> changed = new ArrayDeque<>();

  private long bytes;

  public HistoryKeeper(HistoryLimits limits) {
    this.limits = limits;
    for (int i = 0; i < bySize.length; i++) {
      bySize[i] = new MapList();
    }
  }

  /** Counts the changes that were added to a history which had that size before. */
  public void grown(MapState map, long before) {
    counted(map, before);
    changed.add(map);
  }

  /** Forgets the history of a map that is dropped. */
  public void remove(MapState map) {
    map.dropped = true;
    bytes -= map.history.bytes();
    unlist(map, sizeClass(map.history.bytes()));
  }

  /**
   * Drops the oldest changes of histories above their limits.
   *
   * @param made number of changes of the slot
   */
  public void trim(int made) {
    int budget = DROPS + 2 * made;
    for (MapState map = changed.peek(); map != null && budget > 0; map = changed.peek()) {
      budget = map.dropped ? budget : trim(map, budget);
      if (budget > 0) {
        changed.remove();
      }
    }
    while (bytes > limits.totalBytes() && budget-- > 0) {
      MapState largest = largest();
      if (largest == null) {
        throw new IllegalStateException(bytes + " bytes of history, but no map has any");
      }
      drop(largest);
    }
  }

  private int trim(MapState map, int budget) {
    int left = budget;
    long before = map.history.bytes();
    while ((map.history.size() > limits.changes() || map.history.bytes() > limits.bytes())
        && left > 0) {
      map.history.drop();
      left--;
    }
    counted(map, before);
    return left;
  }

  private void drop(MapState map) {
    long before = map.history.bytes();
    map.history.drop();
    counted(map, before);
  }

  private void counted(MapState map, long before) {
    long now = map.history.bytes();
    bytes += now - before;
    int was = sizeClass(before);
    int is = sizeClass(now);
    if (is != was) {
      unlist(map, was);
      if (is >= 0) {
        bySize[is].add(map.bySize);
        used |= 1L << is;
      }
    }
  }

  private void unlist(MapState map, int sizeClass) {
    MapList.remove(map.bySize);
    if (sizeClass >= 0 && bySize[sizeClass].size() == 0) {
      used &= ~(1L << sizeClass);
    }
  }

  /** Returns the number of the list; -1 without a history. */
  private static int sizeClass(long bytes) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes);
  }

  /** Returns a map whose history is more than half as large as any other. */
  private @Nullable MapState largest() {
    return used == 0 ? null : bySize[Long.SIZE - 1 - Long.numberOfLeadingZeros(used)].first();
  }
}
