package dev.synod.data.map;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of one map, oldest first. The history references objects that the map holds or
 * held; it copies nothing until it is read.
 */
final class MapHistory {
  private ArrayDeque<StoredEntry> changes = new ArrayDeque<>();
  private long bytes;

  /**
   * Slot after which the history is complete. Changes of this slot may be present as well and are
   * never returned.
   */
  private long reach;

  MapHistory(long reach) {
    this.reach = reach;
  }

  long bytes() {
    return bytes;
  }

  void add(StoredEntry change) {
    changes.add(change);
    bytes += change.weight();
  }

  /** Drops the oldest changes until the rest fits the limits. */
  void trim(int maxChanges, long maxBytes) {
    while (changes.size() > maxChanges || bytes > maxBytes) {
      StoredEntry oldest = changes.remove();
      bytes -= oldest.weight();
      reach = oldest.slot();
    }
  }

  /** Drops the older half and releases its memory. */
  void halve() {
    trim(changes.size() / 2, bytes / 2);
    changes = new ArrayDeque<>(changes);
  }

  /**
   * Returns the changes after a slot, grouped by slot; null if the history is not complete after
   * it.
   */
  @Nullable List<SlotChanges> since(long slot) {
    return slot < reach ? null : after(slot);
  }

  /** Returns the changes after a slot that the history still holds. */
  List<SlotChanges> after(long slot) {
    List<StoredEntry> newestFirst = new ArrayList<>();
    for (Iterator<StoredEntry> all = changes.descendingIterator(); all.hasNext(); ) {
      StoredEntry change = all.next();
      if (change.slot() <= slot) {
        break;
      }
      newestFirst.add(change);
    }
    List<SlotChanges> slots = new ArrayList<>();
    List<Change> group = new ArrayList<>();
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      StoredEntry change = newestFirst.get(i);
      group.add(change.toChange());
      if (i == 0 || newestFirst.get(i - 1).slot() != change.slot()) {
        slots.add(new SlotChanges(change.slot(), List.copyOf(group)));
        group.clear();
      }
    }
    return List.copyOf(slots);
  }
}
