package dev.synod.web.impl.feed;

import dev.synod.core.Role;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.Change;
import dev.synod.data.map.MissedChanges;
import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.Synod;
import dev.synod.web.impl.http.Problem;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The learner's side of the feed: it receives every slot of the watched maps, posts one frame per
 * slot to each {@link LoopDispatcher}, and reads the maps and their history for watchers.
 *
 * <p>All state is used on the member's context only, where no turn runs in the middle of a slot. A
 * reply that is read in a turn and the frames posted after that turn therefore have neither a gap
 * nor an overlap.
 */
final class Hub {
  /** Number of changes that one turn reads, so that the learner continues soon. */
  private static final int CHANGES = 1024;

  /** Number of topics that one turn marks. */
  private static final int MARKS = 64;

  /** A map with watchers. */
  private static final class Topic {
    /** Slot since which no change of the map was missed: its latest change or an earlier slot. */
    long last;

    /** Slot up to which subscribers know that there is no further change. */
    long marked;

    final Map<LoopDispatcher, Integer> loopDispatchers = new LinkedHashMap<>();
    @Nullable Subscription listening;
  }

  /** A watcher that has seen a later slot than this node, and the timer that ends its wait. */
  private record Waiting(LoopDispatcher loopDispatcher, HubRequest hubRequest, long timer) {}

  private final Vertx vertx;
  private final Context context;
  private final MapMachine maps;

  /** Whether this member is a learner and has changes to report. */
  private final boolean learns;

  private final TreeMap<String, Topic> topics = new TreeMap<>();

  /** Waiting watchers by slot and reply address, so that a slot touches only those it serves. */
  private final TreeMap<Long, Map<Consumer<HubReply>, Waiting>> waiting = new TreeMap<>();

  private final List<Subscription> listening = new ArrayList<>();
  private final ReadQueue reads;
  private long timer = -1;
  private boolean marking;

  Hub(Vertx vertx, Synod synod) {
    this.vertx = vertx;
    this.context = synod.context();
    this.reads = new ReadQueue(context);
    this.maps = synod.machine(MapMachine.NAME, MapMachine.class);
    this.learns = synod.options().rolesOf(synod.member()).contains(Role.LEARNER);
  }

  /** Starts to receive slots, and to send marks for watched maps without a change. */
  void start(long markMillis) {
    context.runOnContext(
        nothing -> {
          listening.add(maps.onSlot(slot -> retryWaiting()));
          listening.add(maps.onRestore(this::restored));
          timer = vertx.setPeriodic(markMillis, tick -> mark());
        });
  }

  void stop() {
    context.runOnContext(
        nothing -> {
          vertx.cancelTimer(timer);
          listening.forEach(Subscription::close);
          topics.values().forEach(Hub::unlisten);
          topics.clear();
          waiting.values().forEach(all -> all.values().forEach(w -> vertx.cancelTimer(w.timer)));
          waiting.clear();
          reads.clear();
        });
  }

  private static void unlisten(Topic topic) {
    if (topic.listening != null) {
      topic.listening.close();
    }
  }

  private void mark() {
    if (!marking) {
      marking = true;
      mark("");
    }
  }

  /** Marks some topics with a higher name, and the others in later turns. */
  private void mark(String after) {
    String last = after;
    for (int left = MARKS; left > 0; left--) {
      Map.Entry<String, Topic> next = topics.higherEntry(last);
      if (next == null) {
        marking = false;
        return;
      }
      last = next.getKey();
      mark(last, next.getValue());
    }
    String reached = last;
    NextPass.run(context, () -> mark(reached));
  }

  private void mark(String name, Topic topic) {
    if (topic.marked < maps.slot()) {
      topic.marked = maps.slot();
      FeedFrame mark = FeedFrame.mark(name, topic.last, maps.slot());
      topic.loopDispatchers.keySet().forEach(loopDispatcher -> loopDispatcher.postMark(name, mark));
    }
  }

  /** Handles a snapshot that replaced the state without reporting changes. */
  private void restored(long slot) {
    for (Topic topic : topics.values()) {
      topic.last = slot;
    }
    topics.values().stream()
        .flatMap(topic -> topic.loopDispatchers.keySet().stream())
        .distinct()
        .forEach(LoopDispatcher::postBehind);
    retryWaiting();
  }

  /**
   * Opens a subscription; {@link #leave} ends it. Every frame after the reply reaches the
   * dispatcher.
   *
   * @param seen slot that the page has seen, possibly of other maps; no reply is older
   * @param lagWait time to wait for a node that is behind this slot, in milliseconds
   * @param to receiver of the reply, called on the dispatcher's event loop
   */
  void open(
      LoopDispatcher loopDispatcher,
      HubRequest hubRequest,
      long seen,
      long lagWait,
      Consumer<HubReply> to) {
    context.runOnContext(
        nothing -> {
          follow(loopDispatcher, hubRequest.topic());
          if (!learns) {
            HubReply refused =
                new HubReply.Refused(
                    Problem.LAGGING, "this member is no learner, and has no state to watch");
            loopDispatcher.post(() -> to.accept(refused));
            return;
          }
          long slot = Math.max(seen, hubRequest.from());
          if (slot <= maps.slot()) {
            reads.add(to, () -> answer(loopDispatcher, hubRequest, to));
            return;
          }
          long timer =
              vertx.setTimer(
                  Math.max(1, lagWait),
                  late -> {
                    if (forget(slot, to) == null) {
                      return;
                    } else if (slot <= maps.slot()) {
                      reads.add(to, () -> answer(loopDispatcher, hubRequest, to));
                    } else {
                      HubReply lagging =
                          new HubReply.Refused(
                              Problem.LAGGING,
                              String.format(
                                  Locale.ROOT,
                                  "the reader has seen slot %d, but this node is at %d after waiting for %d ms",
                                  slot,
                                  maps.slot(),
                                  lagWait));
                      loopDispatcher.post(() -> to.accept(lagging));
                    }
                  });
          waiting
              .computeIfAbsent(slot, first -> new LinkedHashMap<>())
              .put(to, new Waiting(loopDispatcher, hubRequest, timer));
        });
  }

  private @Nullable Waiting forget(long slot, Consumer<HubReply> to) {
    Map<Consumer<HubReply>, Waiting> same = waiting.get(slot);
    Waiting waiter = same == null ? null : same.remove(to);
    if (same != null && same.isEmpty()) {
      waiting.remove(slot);
    }
    return waiter;
  }

  /** Reads on for a watcher that is behind; {@code to} is called on the dispatcher's event loop. */
  void read(LoopDispatcher loopDispatcher, HubRequest hubRequest, Consumer<HubReply> to) {
    context.runOnContext(nothing -> reads.add(to, () -> answer(loopDispatcher, hubRequest, to)));
  }

  /**
   * Ends the wait that {@link #open} began with the same arguments.
   *
   * @param slot the higher of the slot that the page has seen and the slot at which the watcher
   *     began
   */
  void leave(LoopDispatcher loopDispatcher, String name, long slot, Consumer<HubReply> to) {
    context.runOnContext(
        nothing -> {
          reads.remove(to);
          Waiting waiter = forget(slot, to);
          if (waiter != null) {
            vertx.cancelTimer(waiter.timer);
          }
          Topic topic = topics.get(name);
          if (topic != null) {
            topic.loopDispatchers.computeIfPresent(
                loopDispatcher, (d, count) -> count == 1 ? null : count - 1);
            if (topic.loopDispatchers.isEmpty()) {
              unlisten(topic);
              topics.remove(name);
            }
          }
        });
  }

  private void follow(LoopDispatcher loopDispatcher, String name) {
    Topic topic = topics.get(name);
    if (topic == null) {
      Topic fresh = new Topic();
      fresh.last = maps.slot();
      fresh.listening = maps.listen(name, slot -> tell(name, fresh, slot));
      topics.put(name, fresh);
      topic = fresh;
    }
    topic.loopDispatchers.merge(loopDispatcher, 1, Integer::sum);
  }

  private void tell(String name, Topic topic, SlotChanges slot) {
    FeedFrame feedFrame = FeedFrame.change(name, topic.last, slot);
    topic.last = slot.slot();
    topic.marked = slot.slot();
    topic.loopDispatchers.keySet().forEach(loopDispatcher -> loopDispatcher.post(name, feedFrame));
  }

  private void retryWaiting() {
    if (hasReady()) {
      reads.add(waiting, this::answerOneWaiting);
    }
  }

  private boolean hasReady() {
    return !waiting.isEmpty() && waiting.firstKey() <= maps.slot();
  }

  private void answerOneWaiting() {
    if (!hasReady()) {
      return;
    }
    Map<Consumer<HubReply>, Waiting> first = waiting.firstEntry().getValue();
    Iterator<Map.Entry<Consumer<HubReply>, Waiting>> all = first.entrySet().iterator();
    Map.Entry<Consumer<HubReply>, Waiting> next = all.next();
    all.remove();
    if (first.isEmpty()) {
      waiting.pollFirstEntry();
    }
    Waiting waiter = next.getValue();
    vertx.cancelTimer(waiter.timer);
    answer(waiter.loopDispatcher, waiter.hubRequest, next.getKey());
    retryWaiting();
  }

  private void answer(LoopDispatcher loopDispatcher, HubRequest hubRequest, Consumer<HubReply> to) {
    HubReply hubReply = answer(hubRequest);
    loopDispatcher.post(() -> to.accept(hubReply));
  }

  private HubReply answer(HubRequest hubRequest) {
    MissedChanges since =
        hubRequest.from() < 0
            ? null
            : maps.since(hubRequest.topic(), hubRequest.from(), CHANGES, MapPage.BYTES);
    if (since == null) {
      return page(hubRequest.topic(), null, List.of());
    } else if (hubRequest.after() != null) {
      return page(hubRequest.topic(), hubRequest.after(), since);
    }
    long weight = 0;
    List<SlotChanges> slots = since.slots();
    for (int i = 0; i < slots.size(); i++) {
      weight += FeedFrame.weight(slots.get(i));
      if (i > 0 && weight > hubRequest.room()) {
        return new HubReply.Changes(slots.subList(0, i), slots.get(i - 1).slot(), false);
      }
    }
    return new HubReply.Changes(slots, since.upTo(), since.complete());
  }

  /**
   * Reads the next page of a snapshot. A page without entries takes the earlier pages to a later
   * slot, when there are more changes since then than one turn reads.
   */
  private HubReply page(String topic, String after, MissedChanges since) {
    Map<String, Change> latest = new LinkedHashMap<>();
    since
        .slots()
        .forEach(slot -> slot.changes().forEach(change -> latest.put(change.key(), change)));
    List<Change> patches =
        latest.values().stream().filter(change -> change.key().compareTo(after) <= 0).toList();
    return since.complete()
        ? page(topic, after, patches)
        : new HubReply.Page(false, false, since.upTo(), List.of(), patches);
  }

  private HubReply page(String topic, @Nullable String after, List<Change> patches) {
    MapPage page = MapPage.read(maps, topic, after);
    return new HubReply.Page(after == null, !page.more(), page.slot(), page.entries(), patches);
  }

  /** Returns the number of topics, waiting watchers and waiting reads; for tests. */
  int held() {
    return topics.size() + waiting.size() + reads.size();
  }
}
