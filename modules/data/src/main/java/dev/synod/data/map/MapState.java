package dev.synod.data.map;

/** A map: its size and its recent changes. Its entries are in {@link Cells}. */
final class MapState {
  final String name;
  final int hash;
  final MapHistory history;

  /** The number of keys. */
  int size;

  /** The last slot that changed this map. */
  long changedAt;

  /** The number of changes in that slot. */
  int changesThen;

  /** The size of the history before that slot. */
  long bytesBefore;

  /** Whether the map was forgotten, because it is empty and its name is not in use. */
  boolean dropped;

  /** The place among the empty maps. */
  final MapList.Place amongEmpty = new MapList.Place(this);

  /** The place among the maps by the size of their history. */
  final MapList.Place bySize = new MapList.Place(this);

  /**
   * Creates an empty map.
   *
   * @param reach slot after which its history is complete
   */
  MapState(String name, long reach) {
    this.name = name;
    this.hash = name.hashCode();
    this.history = new MapHistory(reach);
  }
}
