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
 * Transfers frames from the learner's context to the watchers of one event loop: one frame for each
 * slot and map, however many watchers there are. Frames and replies arrive in the order in which
 * the learner's context posted them, so that a reply and the following frames have no gap between
 * them.
 *
 * <p>If the event loop does not keep up, frames are dropped, and its watchers continue from the
 * history.
 */
final class LoopDispatcher {
  /** Approximate maximum size of the frames that wait for this event loop, in bytes. */
  static final long LIMIT = 8L << 20;

  private record Item(long weight, Runnable work) {}

  private final Context context;
  private final Map<String, Set<Watcher>> watchers = new HashMap<>();

  /** Frames that wait for the event loop; its monitor guards the following two fields as well. */
  private ArrayDeque<Item> queue = new ArrayDeque<>();

  private long queued;
  private boolean overrun;

  LoopDispatcher(Context context) {
    this.context = context;
  }

  /** Posts a frame for all watchers of a map; called on the learner's context. */
  void post(String topic, FeedFrame feedFrame) {
    post(feedFrame.weight, () -> each(topic, watcher -> watcher.live(feedFrame)));
  }

  /** Posts that a map has no further change; called on the learner's context. */
  void postMark(String topic, FeedFrame mark) {
    post(mark.weight, () -> each(topic, watcher -> watcher.mark(mark)));
  }

  /** Posts that frames may be missing; called on the learner's context. */
  void postBehind() {
    post(0, this::behind);
  }

  /** Posts a reply, which is never dropped; called on the learner's context. */
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
        queue.add(new Item(0, () -> {})); // the queue is not empty while a drain is scheduled
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
      new ArrayList<>(set).forEach(action); // a watcher may close and leave the set meanwhile
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
