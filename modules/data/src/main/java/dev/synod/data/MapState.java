package dev.synod.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One map: its entries, and what changed of late.
 *
 * <p>A hash table, for writes are what there is most of, and a tree of its own would make each 2.5
 * times as slow (measured at 1,000 to 1,000,000 keys). The order of the keys is kept beside it from
 * the first scan on; overwriting a key does not touch it.
 */
final class MapState {
  final String name;

  /** The last slot that changed something here. */
  long changedAt;

  final MapHistory history;
  private final Map<String, Cell> entries = new HashMap<>();
  private @Nullable TreeSet<String> sorted;

  /** Where a key's entry stands, so that it is overwritten without being looked for again. */
  static final class Cell {
    private Stored entry;

    private Cell(Stored entry) {
      this.entry = entry;
    }

    Stored entry() {
      return entry;
    }

    /** An entry with the same key takes the place of this one. */
    void overwrite(Stored entry) {
      this.entry = entry;
    }
  }

  MapState(String name, long reach) {
    this.name = name;
    this.history = new MapHistory(reach);
  }

  int size() {
    return entries.size();
  }

  @Nullable Cell cell(String key) {
    return entries.get(key);
  }

  @Nullable Stored get(String key) {
    Cell cell = entries.get(key);
    return cell == null ? null : cell.entry;
  }

  /** Puts an entry whose key is not there. */
  void add(Stored entry) {
    if (entries.put(entry.key(), new Cell(entry)) != null) {
      throw new IllegalStateException("map " + name + " has the key " + entry.key() + " already");
    }
    if (sorted != null) {
      sorted.add(entry.key());
    }
  }

  void remove(String key) {
    entries.remove(key);
    if (sorted != null) {
      sorted.remove(key);
    }
  }

  /** At most {@code limit} entries whose key has the prefix and is after {@code after}. */
  List<Stored> scan(String prefix, @Nullable String after, int limit) {
    if (sorted == null) {
      sorted = new TreeSet<>(entries.keySet());
    }
    boolean fromPrefix = after == null || after.compareTo(prefix) < 0;
    List<Stored> found = new ArrayList<>();
    for (String key : sorted.tailSet(fromPrefix ? prefix : after, fromPrefix)) {
      if (!key.startsWith(prefix) || found.size() == limit) {
        break;
      }
      found.add(entry(key));
    }
    return found;
  }

  /** All entries by rising key; keeps no order for later if there is none. */
  List<Stored> sorted() {
    Collection<String> keys = sorted != null ? sorted : entries.keySet().stream().sorted().toList();
    return keys.stream().map(this::entry).toList();
  }

  private Stored entry(String key) {
    Stored entry = get(key);
    if (entry == null) {
      throw new IllegalStateException("map " + name + " has the key " + key + " only in its order");
    }
    return entry;
  }
}
