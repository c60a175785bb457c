package dev.synod.data.machine;

import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final Map<String, List<Consumer<SlotChanges>>> changes = new HashMap<>();
  private final List<LongConsumer> slots = new CopyOnWriteArrayList<>();
  private final List<LongConsumer> restores = new CopyOnWriteArrayList<>();

  boolean has(String map) {
    return changes.containsKey(map);
  }

  Subscription add(String map, Consumer<SlotChanges> listener) {
    // Each subscription has its own list entry, so that one object may subscribe twice.
    Consumer<SlotChanges> entry = told -> listener.accept(told);
    changes.computeIfAbsent(map, name -> new CopyOnWriteArrayList<>()).add(entry);
    return () ->
        changes.computeIfPresent(
            map,
            (name, list) -> {
              list.remove(entry);
              return list.isEmpty() ? null : list;
            });
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

  void tell(String map, SlotChanges told) {
    for (Consumer<SlotChanges> listener : changes.getOrDefault(map, List.of())) {
      guard(() -> listener.accept(told), told.slot());
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
