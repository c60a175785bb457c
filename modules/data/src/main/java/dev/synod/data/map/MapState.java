package dev.synod.data.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
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
 *
 * <p>While the entries of one moment are kept for a snapshot, that table is left as it is, for
 * another thread to read, and what changes goes to a second one, which is looked into first.
 * Afterwards it goes back into the first, a few entries at a time.
 */
public final class MapState {
  final String name;

  /** The last slot that changed something here. */
  long changedAt;

  final MapHistory history;

  /** All entries; or, if some are kept, what has changed since then. */
  private Map<String, Cell> entries = new HashMap<>();

  /** The entries as they were, while they are kept and until the changes are back in them. */
  private @Nullable Map<String, Cell> kept;

  /** The changes on their way back; null while nobody may write to what is kept. */
  private @Nullable Iterator<Map.Entry<String, Cell>> returning;

  private int size;
  private @Nullable TreeSet<String> sorted;

  /** Where a key's entry stands, so that it is overwritten without being looked for again. */
  public static final class Cell {
    /** Null only among changes: the key was removed. */
    private @Nullable StoredEntry entry;

    private Cell(@Nullable StoredEntry entry) {
      this.entry = entry;
    }

    StoredEntry entry() {
      if (entry == null) {
        throw new IllegalStateException("a removed entry was found");
      }
      return entry;
    }
  }

  /** The entries of a map at one moment; read by one other thread. */
  public record Kept(String name, Map<String, Cell> entries) {
    /** By rising key. */
    public List<StoredEntry> sorted() {
      return entries.values().stream()
          .map(Cell::entry)
          .sorted(Comparator.comparing(StoredEntry::key))
          .toList();
    }
  }

  public MapState(String name, long reach) {
    this.name = name;
    this.history = new MapHistory(reach);
  }

  public int size() {
    return size;
  }

  public @Nullable Cell cell(String key) {
    Cell cell = entries.get(key);
    if (kept == null) {
      return cell;
    }
    return cell == null ? kept.get(key) : cell.entry == null ? null : cell;
  }

  @Nullable StoredEntry get(String key) {
    Cell cell = cell(key);
    return cell == null ? null : cell.entry;
  }

  /** Puts an entry whose key is not there. */
  public void add(StoredEntry entry) {
    if (kept != null) {
      addBeside(kept, entry);
    } else if (entries.put(entry.key(), new Cell(entry)) != null) {
      throw new IllegalStateException("map " + name + " has the key " + entry.key() + " already");
    }
    size++;
    if (sorted != null) {
      sorted.add(entry.key());
    }
  }

  private void addBeside(Map<String, Cell> kept, StoredEntry entry) {
    Cell removed = entries.get(entry.key());
    if (removed != null) {
      removed.entry = entry;
    } else if (returning == null) {
      entries.put(entry.key(), new Cell(entry));
    } else {
      kept.put(entry.key(), new Cell(entry));
    }
  }

  /** An entry with the same key takes the place of the one in this cell. */
  public void overwrite(Cell cell, StoredEntry entry) {
    if (kept == null || returning != null || entries.get(entry.key()) == cell) {
      cell.entry = entry;
    } else {
      entries.put(entry.key(), new Cell(entry));
    }
  }

  public void remove(String key) {
    if (kept == null) {
      entries.remove(key);
    } else {
      removeBeside(kept, key);
    }
    size--;
    if (sorted != null) {
      sorted.remove(key);
    }
  }

  private void removeBeside(Map<String, Cell> kept, String key) {
    Cell changed = entries.get(key);
    if (changed != null) {
      changed.entry = null;
    } else if (returning == null) {
      entries.put(key, new Cell(null));
    } else {
      kept.remove(key);
    }
  }

  // ---- for a snapshot -------------------------------------------------------------------------

  /** Keeps the entries as they are now, until {@link #thaw}; takes no time, however many. */
  public Kept freeze() {
    if (kept != null) {
      throw new IllegalStateException("the entries of map " + name + " are kept already");
    }
    kept = entries;
    entries = new HashMap<>();
    return new Kept(name, kept);
  }

  /** Nobody reads what was kept any more: what has changed since may go back. */
  public void thaw() {
    returning = entries.entrySet().iterator();
  }

  /**
   * Puts some of the changes back.
   *
   * @param atMost so many
   * @return how many that was; less than {@code atMost} if none is left
   */
  public int putBack(int atMost) {
    if (kept == null || returning == null) {
      return 0;
    }
    int done = 0;
    for (; done < atMost && returning.hasNext(); done++) {
      Map.Entry<String, Cell> change = returning.next();
      if (change.getValue().entry == null) {
        kept.remove(change.getKey());
      } else {
        kept.put(change.getKey(), change.getValue());
      }
      returning.remove();
    }
    if (!returning.hasNext()) {
      entries = kept;
      kept = null;
      returning = null;
    }
    return done;
  }

  // ---- in order -------------------------------------------------------------------------------

  /** At most {@code limit} entries whose key has the prefix and is after {@code after}. */
  public List<StoredEntry> scan(String prefix, @Nullable String after, int limit) {
    if (sorted == null) {
      sorted = new TreeSet<>(entries.keySet());
      if (kept != null) {
        sorted.addAll(kept.keySet());
        sorted.removeIf(key -> cell(key) == null);
      }
    }
    boolean fromPrefix = after == null || after.compareTo(prefix) < 0;
    List<StoredEntry> found = new ArrayList<>();
    for (String key : sorted.tailSet(fromPrefix ? prefix : after, fromPrefix)) {
      if (!key.startsWith(prefix) || found.size() == limit) {
        break;
      }
      found.add(entry(key));
    }
    return found;
  }

  private StoredEntry entry(String key) {
    StoredEntry entry = get(key);
    if (entry == null) {
      throw new IllegalStateException("map " + name + " has the key " + key + " only in its order");
    }
    return entry;
  }
}
