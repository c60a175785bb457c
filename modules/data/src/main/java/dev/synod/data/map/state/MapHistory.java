package dev.synod.data.map.state;

import dev.synod.data.map.Change;
import dev.synod.data.map.KeyFilter;
import dev.synod.data.map.MissedChanges;
import dev.synod.data.map.SlotChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of one map, oldest first, in a ring. The history references objects that the
 * map holds or held; it copies nothing until it is read.
 */
public final class MapHistory {
  private static final int LEAST = 8;

  /** Number of changes of other keys with which an answer ends; those of one slot stay together. */
  private static final int OTHERS = 4_096;

  private StoredEntry[] ring = new StoredEntry[LEAST];
  private int first;
  private int size;
  private long bytes;

  /**
   * Slot after which the history is complete. Changes of this slot may be present as well and are
   * never returned.
   */
  private long reach;

  public MapHistory(long reach) {
    this.reach = reach;
  }

  public int size() {
    return size;
  }

  public long bytes() {
    return bytes;
  }

  private StoredEntry at(int number) {
    return ring[first + number & ring.length - 1];
  }

  public void add(StoredEntry change) {
    if (size == ring.length) {
      resize(2 * size);
    }
    ring[first + size & ring.length - 1] = change;
    size++;
    bytes += change.weight();
  }

  /** Drops the oldest change. */
  public void drop() {
    StoredEntry oldest = at(0);
    bytes -= oldest.weight();
    reach = oldest.slot();
    if (size <= ring.length / 4 && ring.length > LEAST) {
      resize(ring.length / 2);
    }
    clear(ring, first);
    first = first + 1 & ring.length - 1;
    size--;
  }

  @SuppressWarnings("NullAway") // a cell of the ring without a change
  private static void clear(StoredEntry[] ring, int at) {
    ring[at] = null;
  }

  private void resize(int length) {
    StoredEntry[] next = new StoredEntry[length];
    int firstPart = Math.min(size, ring.length - first);
    System.arraycopy(ring, first, next, 0, firstPart);
    System.arraycopy(ring, 0, next, firstPart, size - firstPart);
    ring = next;
    first = 0;
  }

  /**
   * Returns the changes of some keys after a slot, grouped by slot: all of them, or those of the
   * first slots.
   *
   * @param changes number of changes with which the answer ends; those of one slot stay together
   * @param maxBytes size of the changes with which the answer ends
   * @return changes by slot, and the last slot at which the call has looked; null if the history is
   *     not complete after the slot
   */
  public @Nullable MissedChanges since(long slot, KeyFilter keys, int changes, long maxBytes) {
    if (slot < reach) {
      return null;
    }
    List<SlotChanges> slots = new ArrayList<>();
    int first = firstAfter(slot);
    int i = first;
    int done = 0;
    long weight = 0;
    while (i < size && done < changes && weight < maxBytes && i - first - done < OTHERS) {
      long of = at(i).slot();
      List<Change> group = new ArrayList<>();
      for (; i < size && at(i).slot() == of; i++) {
        StoredEntry change = at(i);
        if (keys.matches(change.key())) {
          group.add(change.toChange());
          weight += change.weight();
          done++;
        }
      }
      if (!group.isEmpty()) {
        slots.add(new SlotChanges(of, List.copyOf(group)));
      }
    }
    return new MissedChanges(slots, i == first ? slot : at(i - 1).slot(), i == size);
  }

  /** Returns the newest changes, which one slot made. */
  public SlotChanges newest(int changes) {
    List<Change> newest = new ArrayList<>();
    for (int i = size - changes; i < size; i++) {
      newest.add(at(i).toChange());
    }
    return new SlotChanges(at(size - 1).slot(), List.copyOf(newest));
  }

  /** Returns the keys of the newest changes. */
  public NavigableSet<String> newestKeys(int changes) {
    NavigableSet<String> keys = new TreeSet<>();
    for (int i = size - changes; i < size; i++) {
      keys.add(at(i).key());
    }
    return keys;
  }

  /** Returns the number of the first change after a slot. */
  private int firstAfter(long slot) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle).slot() <= slot) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
