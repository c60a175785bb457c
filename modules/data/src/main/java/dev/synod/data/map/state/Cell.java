package dev.synod.data.map.state;

import org.jspecify.annotations.Nullable;

/**
 * A key of a map and the place of its current entry. Overwriting a key replaces the entry of its
 * cell, so that it needs one lookup and leaves the sorted index as it is.
 */
public final class Cell {
  public final MapState map;
  public final String key;
  public final int hash;

  /** The next cell of the same bucket ({@link CellTable}). */
  @Nullable Cell next;

  private @Nullable StoredEntry entry;

  public Cell(MapState map, String key, @Nullable StoredEntry entry) {
    this.map = map;
    this.key = key;
    this.hash = hash(map, key);
    this.entry = entry;
  }

  public static int hash(MapState map, String key) {
    int hash = (31 * map.hash + key.hashCode()) * 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  /** Returns a cell with the same key and no entry, which bounds a part of the index. */
  public Cell bound() {
    return entry == null ? this : new Cell(map, key, null);
  }

  public StoredEntry entry() {
    if (entry == null) {
      throw new IllegalStateException("the cell of key " + key + " has no entry");
    }
    return entry;
  }

  public void set(StoredEntry next) {
    entry = next;
  }

  public boolean is(MapState map, String key) {
    return this.map == map && this.key.equals(key);
  }

  /** Compares this cell to a key in the order of the index: by map name, then by key. */
  public int compareTo(String otherMap, String otherKey) {
    return map.name.equals(otherMap) ? key.compareTo(otherKey) : map.name.compareTo(otherMap);
  }
}
