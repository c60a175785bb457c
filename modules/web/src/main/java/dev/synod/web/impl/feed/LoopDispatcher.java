package dev.synod.web.impl.feed;

import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where one event loop is handed what its watchers get: once for each slot and map, however many
 * they are. Frames and answers are taken in the order in which the learner's context gave them, and
 * that order is why an answer and the frames after it fit together without a gap.
 *
 * <p>If the event loop does not keep up, frames are dropped rather than kept, and its watchers read
 * on from the history.
 */
final class LoopDispatcher {
  /** About as many bytes of frames may wait for this event loop. */
  static final long LIMIT = 8L << 20;

  private record Item(long weight, Runnable work) {}

  private final Context context;
  private final Map<String, Set<Watcher>> watchers = new HashMap<>();

  /** What waits for the event loop; guards itself and the two fields below. */
  private ArrayDeque<Item> queue = new ArrayDeque<>();

  private long queued;
  private boolean overrun;

  LoopDispatcher(Context context) {
    this.context = context;
  }

  /** From the learner's context: a frame for all who watch that map here. */
  void post(String topic, FeedFrame feedFrame) {
    post(feedFrame.weight, () -> each(topic, watcher -> watcher.live(feedFrame)));
  }

  /** From the learner's context: nothing else happened to that map. */
  void postMark(String topic, FeedFrame mark) {
    post(mark.weight, () -> each(topic, watcher -> watcher.mark(mark)));
  }

  /** From the learner's context: frames may be missing. */
  void postBehind() {
    post(0, this::behind);
  }

  /** From the learner's context: an answer, which is never dropped. */
  void post(Runnable work) {
    post(0, work);
  }

  private void post(long weight, Runnable work) {
    synchronized (this) {
      if (queue.isEmpty()) {
        context.runOnContext(nothing -> drain());
      }
      if (weight > 0 && queued + weight > LIMIT) {
        overrun = true;
        queued = 0;
        queue.removeIf(item -> item.weight > 0);
        queue.add(new Item(0, () -> {})); // never empty while a drain is due
        return;
      }
      queued += weight;
      queue.add(new Item(weight, work));
    }
  }

  private void drain() {
    ArrayDeque<Item> items;
    boolean dropped;
    synchronized (this) {
      items = queue;
      queue = new ArrayDeque<>();
      queued = 0;
      dropped = overrun;
      overrun = false;
    }
    items.forEach(item -> item.work.run());
    if (dropped) {
      behind();
    }
  }

  private void behind() {
    List.copyOf(watchers.keySet()).forEach(topic -> each(topic, Watcher::behind));
  }

  private void each(String topic, java.util.function.Consumer<Watcher> action) {
    Set<Watcher> set = watchers.get(topic);
    if (set != null) {
      new ArrayList<>(set).forEach(action); // a watcher may close, and leave the set
    }
  }

  void add(Watcher watcher) {
    watchers.computeIfAbsent(watcher.topic, topic -> new LinkedHashSet<>()).add(watcher);
  }

  void remove(Watcher watcher) {
    Set<Watcher> set = watchers.get(watcher.topic);
    if (set != null && set.remove(watcher) && set.isEmpty()) {
      watchers.remove(watcher.topic);
    }
  }
}
