package dev.synod.data;

import dev.synod.data.map.MapEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of a {@link Watch}. A copy to which {@link #applyTo} applies every event equals, after
 * each event, the map at {@link #slot()}, or its watched keys.
 */
public sealed interface MapEvent<V> {
  /**
   * Returns the slot up to which the watch has delivered the map's changes; it rises with every
   * event.
   */
  long slot();

  /** Brings a copy of the map to this event's slot. */
  void applyTo(Map<String, V> copy);

  /**
   * The whole map, or all entries of the watched keys, which replaces all earlier events. It is the
   * first event if the history does not reach back to the start slot. It comes again if the watcher
   * was too slow for the history, or if the member itself received a snapshot.
   *
   * @param slot slot of the snapshot
   * @param entries entries in rising order of the keys
   */
  record Snapshot<V>(long slot, List<MapEntry<V>> entries) implements MapEvent<V> {
    @Override
    public void applyTo(Map<String, V> copy) {
      copy.clear();
      for (MapEntry<V> entry : entries) {
        copy.put(entry.key(), entry.value());
      }
    }
  }

  /**
   * All changes of one slot to the watched keys, at least one, in the order in which they were
   * applied.
   */
  record Changes<V>(long slot, List<ValueChange<V>> changes) implements MapEvent<V> {
    @Override
    public void applyTo(Map<String, V> copy) {
      for (ValueChange<V> change : changes) {
        if (change.value() == null) {
          copy.remove(change.key());
        } else {
          copy.put(change.key(), change.value());
        }
      }
    }
  }

  /**
   * One change of a key.
   *
   * @param key changed key
   * @param value new value; null if the key was removed
   * @param version version of this change
   */
  record ValueChange<V>(String key, @Nullable V value, long version) {}
}
