package dev.synod.data;

import dev.synod.data.map.MapEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Watch} hands over. Whoever does with his copy what {@link #applyTo} does has the
 * map as it was at {@link #slot()}, after every event.
 */
public sealed interface MapEvent<V> {
  /** The slot up to which the map's changes are known from now on; rises with every event. */
  long slot();

  /** Brings a copy of the map to this event's slot. */
  void applyTo(Map<String, V> copy);

  /**
   * The whole map: it replaces whatever was known before. Comes first if the history does not reach
   * back to where the watch was to begin, and again if the watcher was too slow for the history, or
   * the member itself was given a snapshot.
   *
   * @param entries by rising key
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

  /** All changes of one slot, in the order they were applied, at least one; never torn. */
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
   * One change.
   *
   * @param value the key's value from now on; null: it was removed
   * @param version of this change
   */
  record ValueChange<V>(String key, @Nullable V value, long version) {}
}
