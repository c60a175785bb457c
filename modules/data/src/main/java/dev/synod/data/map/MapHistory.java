package dev.synod.data.map;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of one map, oldest first. It holds objects that exist anyway or did a moment
 * ago; nothing is copied before somebody asks.
 */
final class MapHistory {
  private ArrayDeque<StoredEntry> changes = new ArrayDeque<>();
  private long bytes;

  /** All changes after this slot are here. One of this slot may be too, and is never told. */
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

  /** Forgets the oldest until the rest is within these limits. */
  void trim(int maxChanges, long maxBytes) {
    while (changes.size() > maxChanges || bytes > maxBytes) {
      StoredEntry oldest = changes.remove();
      bytes -= oldest.weight();
      reach = oldest.slot();
    }
  }

  /** Forgets half, and gives back the room it took. */
  void halve() {
    trim(changes.size() / 2, bytes / 2);
    changes = new ArrayDeque<>(changes);
  }

  /** The changes after a slot, grouped by slot; null if they are not all here. */
  @Nullable List<SlotChanges> since(long slot) {
    return slot < reach ? null : after(slot);
  }

  /** What was added after a slot and is still here. */
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
