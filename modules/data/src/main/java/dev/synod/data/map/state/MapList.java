package dev.synod.data.map.state;

import org.jspecify.annotations.Nullable;

/** A doubly linked list of maps, from which a map is removed without a search. */
public final class MapList {
  /** The place of a map in a list; it is in one list at a time. */
  public static final class Place {
    final @Nullable MapState map;
    private @Nullable MapList list;
    private Place before = this;
    private Place behind = this;

    Place(@Nullable MapState map) {
      this.map = map;
    }
  }

  private final Place ends = new Place(null);
  private int size;

  public int size() {
    return size;
  }

  /** Returns the map that was added first; null if there is none. */
  public @Nullable MapState first() {
    return ends.behind.map;
  }

  public boolean has(Place place) {
    return place.list == this;
  }

  /** Adds a map at the end; leaves the list in which it was. */
  public void add(Place place) {
    remove(place);
    place.list = this;
    place.before = ends.before;
    place.behind = ends;
    ends.before.behind = place;
    ends.before = place;
    size++;
  }

  /** Takes a map out of the list in which it is, if any. */
  public static void remove(Place place) {
    if (place.list != null) {
      place.list.size--;
      place.list = null;
      place.before.behind = place.behind;
      place.behind.before = place.before;
      place.before = place;
      place.behind = place;
    }
  }
}
