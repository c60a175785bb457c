package dev.synod.data.map.state;

/** A map: its size and its recent changes. Its entries are in {@link Cells}. */
public final class MapState {
  public final String name;
  public final int hash;
  public final MapHistory history;

  /** The number of keys. */
  public int size;

  /** The last slot that changed this map. */
  public long changedAt;

  /** The number of changes in that slot. */
  public int changesThen;

  /** The size of the history before that slot. */
  public long bytesBefore;

  /** Whether the map was forgotten, because it is empty and its name is not in use. */
  public boolean dropped;

  /** The place among the empty maps. */
  public final MapList.Place amongEmpty = new MapList.Place(this);

  /** The place among the maps by the size of their history. */
  public final MapList.Place bySize = new MapList.Place(this);

  /**
   * Creates an empty map.
   *
   * @param reach slot after which its history is complete
   */
  public MapState(String name, long reach) {
    this.name = name;
    this.hash = name.hashCode();
    this.history = new MapHistory(reach);
  }
}
