package dev.synod.data.map.state;

import org.jspecify.annotations.Nullable;

/**
 * The entries of all maps: a hash table for writes and reads of a key, and a sorted index for
 * listings and snapshots. An overwritten key changes neither.
 *
 * <p>{@link #freeze} returns all entries as they are, in constant time. A cell that a frozen tree
 * may hold is not changed any more: the first write to its key afterwards puts another cell into
 * its place.
 */
public final class Cells {
  private final CellTree index = new CellTree();
  private final CellTable table = new CellTable(index);

  /** Version up to which cells may belong to a frozen tree. */
  private long frozen;

  private CellTree.@Nullable Node last;

  public @Nullable Cell find(MapState map, String key) {
    return table.find(map, key);
  }

  /** Adds an entry whose key is absent from the map. */
  public void add(MapState map, StoredEntry entry) {
    Cell cell = new Cell(map, entry.key(), entry);
    index.add(cell);
    table.add(cell);
    map.size++;
    last = null;
  }

  /** Replaces the entry of this cell by another one with the same key. */
  public void overwrite(Cell cell, StoredEntry entry) {
    if (cell.entry().version() > frozen) {
      cell.set(entry);
    } else {
      Cell fresh = new Cell(cell.map, cell.key, entry);
      index.replace(cell, fresh);
      table.replace(cell, fresh);
    }
    last = null;
  }

  public void remove(Cell cell) {
    index.remove(cell);
    table.remove(cell);
    cell.map.size--;
    last = null;
  }

  /**
   * Returns the entries as they are now, for reading on any thread.
   *
   * @param version version of the latest change
   */
  public CellTree.Node freeze(long version) {
    if (last == null) {
      last = index.freeze();
      frozen = version;
    }
    return last;
  }

  /** Returns a cursor over the current entries, which ends with the next change. */
  public CellTree.Cursor from(String map, String key, boolean inclusive) {
    return index.from(map, key, inclusive);
  }
}
