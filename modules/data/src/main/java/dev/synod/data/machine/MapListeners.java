package dev.synod.data.machine;

import dev.synod.data.map.KeyFilter;
import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import dev.synod.data.map.state.MapState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of the state machine. A listener may add and end subscriptions, including its own.
 */
final class MapListeners {
  private static final Logger LOG = LoggerFactory.getLogger(MapListeners.class);

  /** The listeners of one map. */
  private static final class OfMap {
    final List<Consumer<SlotChanges>> changes = new CopyOnWriteArrayList<>();

    /** Listeners of one key each, by that key, so that other keys do not reach them. */
    final Map<String, List<LongConsumer>> keys = new HashMap<>();

    final List<OfPrefix> prefixes = new CopyOnWriteArrayList<>();

    boolean isEmpty() {
      return changes.isEmpty() && keys.isEmpty() && prefixes.isEmpty();
    }
  }

  private record OfPrefix(String prefix, LongConsumer listener) {
    boolean isToldOf(NavigableSet<String> keys) {
      String first = keys.ceiling(prefix);
      return first != null && first.startsWith(prefix);
    }
  }

  private final Map<String, OfMap> maps = new HashMap<>();
  private final List<LongConsumer> slots = new CopyOnWriteArrayList<>();
  private final List<LongConsumer> restores = new CopyOnWriteArrayList<>();

  boolean has(String map) {
    return maps.containsKey(map);
  }

  private OfMap of(String map) {
    return maps.computeIfAbsent(map, name -> new OfMap());
  }

  private void dropEmpty(String map) {
    maps.computeIfPresent(map, (name, all) -> all.isEmpty() ? null : all);
  }

  /** Removes an entry from the list of a map. */
  private <T> Subscription ending(String map, List<T> list, T entry) {
    return () -> {
      list.remove(entry);
      dropEmpty(map);
    };
  }

  Subscription add(String map, Consumer<SlotChanges> listener) {
    // Each subscription has its own list entry, so that one object may subscribe twice.
    Consumer<SlotChanges> entry = told -> listener.accept(told);
    List<Consumer<SlotChanges>> list = of(map).changes;
    list.add(entry);
    return ending(map, list, entry);
  }

  Subscription add(String map, KeyFilter keys, LongConsumer listener) {
    LongConsumer entry = told -> listener.accept(told);
    OfMap all = of(map);
    if (!keys.exact()) {
      OfPrefix ofPrefix = new OfPrefix(keys.text(), entry);
      all.prefixes.add(ofPrefix);
      return ending(map, all.prefixes, ofPrefix);
    }
    String key = keys.text();
    all.keys.computeIfAbsent(key, text -> new CopyOnWriteArrayList<>()).add(entry);
    return () -> {
      all.keys.computeIfPresent(
          key,
          (text, list) -> {
            list.remove(entry);
            return list.isEmpty() ? null : list;
          });
      dropEmpty(map);
    };
  }

  Subscription onSlot(LongConsumer listener) {
    return add(slots, listener);
  }

  Subscription onRestore(LongConsumer listener) {
    return add(restores, listener);
  }

  private static Subscription add(List<LongConsumer> list, LongConsumer listener) {
    LongConsumer entry = told -> listener.accept(told);
    list.add(entry);
    return () -> list.remove(entry);
  }

  /** Tells the listeners of a map about the newest changes in its history, which a slot made. */
  void tell(MapState map, long slot) {
    OfMap all = maps.get(map.name);
    if (all == null) {
      return;
    }
    if (!all.changes.isEmpty()) {
      SlotChanges told = map.history.newest(map.changesThen);
      for (Consumer<SlotChanges> listener : all.changes) {
        guard(() -> listener.accept(told), slot);
      }
    }
    if (!all.keys.isEmpty() || !all.prefixes.isEmpty()) {
      tell(all, map.history.newestKeys(map.changesThen), slot);
    }
  }

  private static void tell(OfMap all, NavigableSet<String> keys, long slot) {
    for (OfPrefix ofPrefix : all.prefixes) {
      if (ofPrefix.isToldOf(keys)) {
        guard(() -> ofPrefix.listener.accept(slot), slot);
      }
    }
    for (String key : keys) {
      for (LongConsumer listener : all.keys.getOrDefault(key, List.of())) {
        guard(() -> listener.accept(slot), slot);
      }
    }
  }

  void tell(long slot) {
    for (LongConsumer listener : slots) {
      guard(() -> listener.accept(slot), slot);
    }
  }

  void restored(long slot) {
    for (LongConsumer listener : restores) {
      guard(() -> listener.accept(slot), slot);
    }
  }

  /** An exception of a listener must not stop the member from applying the log. */
  private static void guard(Runnable listener, long slot) {
    try {
      listener.run();
    } catch (RuntimeException thrown) {
      LOG.error("A listener failed at slot {} and stays subscribed", slot, thrown);
    }
  }
}
