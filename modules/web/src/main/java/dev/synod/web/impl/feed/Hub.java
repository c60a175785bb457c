package dev.synod.web.impl.feed;
import dev.synod.web.impl.http.Problem;

import dev.synod.core.Role;
import dev.synod.data.map.Change;
import dev.synod.data.map.MapMachine;
import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import dev.synod.vertx.Synod;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The learner's side: hears of every slot of the maps that somebody watches, hands one frame for it
 * to each {@link Desk}, and reads the maps and their history when a watcher asks.
 *
 * <p>All state is used on the member's context only, where one turn never runs in the middle of a
 * slot: an answer that was read in a turn, and the frames posted after that turn, have no gap
 * between them and no overlap.
 */
final class Hub {
  /** So many keys of a page are read in one turn, so that the learner soon goes on. */
  private static final int PAGE_KEYS = 2048;

  /** A map that somebody watches. */
  private static final class Topic {
    /** No change of the map was missed since this slot, which was its latest or an earlier one. */
    long last;

    /** Up to which slot its subscribers were told that there is nothing else. */
    long marked;

    final Map<Desk, Integer> desks = new LinkedHashMap<>();
    @Nullable Subscription listening;
  }

  /** A watcher that has seen more than this node. */
  private record Waiting(long slot, Desk desk, Ask ask, Consumer<Answer> to) {}

  private final Vertx vertx;
  private final Context context;
  private final MapMachine maps;

  /** Whether there is anything to tell: else the member is no learner. */
  private final boolean learns;

  private final Map<String, Topic> topics = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Subscription> listening = new ArrayList<>();
  private long timer = -1;

  Hub(Vertx vertx, Synod synod) {
    this.vertx = vertx;
    this.context = synod.context();
    this.maps = synod.machine(MapMachine.NAME, MapMachine.class);
    this.learns = synod.options().rolesOf(synod.member()).contains(Role.LEARNER);
  }

  /** Begins to hear of slots, and to mark those in which a watched map did not change. */
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
          waiting.clear();
        });
  }

  private static void unlisten(Topic topic) {
    if (topic.listening != null) {
      topic.listening.close();
    }
  }

  private void mark() {
    topics.forEach(
        (name, topic) -> {
          if (topic.marked < maps.slot()) {
            topic.marked = maps.slot();
            Frame mark = Frame.mark(name, topic.last, maps.slot());
            topic.desks.keySet().forEach(desk -> desk.postMark(name, mark));
          }
        });
  }

  /** A snapshot has replaced the state, and nobody was told what it changed. */
  private void restored(long slot) {
    for (Topic topic : topics.values()) {
      topic.last = slot;
    }
    topics.values().stream()
        .flatMap(topic -> topic.desks.keySet().stream())
        .distinct()
        .forEach(Desk::postBehind);
    retryWaiting();
  }

  /**
   * Begins a subscription; {@link #leave} ends it. From the answer on the desk gets every frame.
   *
   * @param seen the page has seen this slot, perhaps of other maps: no answer is older
   * @param lagWait how long to wait, in milliseconds, for a node that is behind what was seen
   * @param to is called on the desk's event loop
   */
  void open(Desk desk, Ask ask, long seen, long lagWait, Consumer<Answer> to) {
    context.runOnContext(
        nothing -> {
          follow(desk, ask.topic());
          if (!learns) {
            Answer refused =
                new Answer.Refused(
                    Problem.LAGGING, "this member is no learner, and has no state to watch");
            desk.post(() -> to.accept(refused));
            return;
          }
          long slot = Math.max(seen, ask.from());
          if (slot <= maps.slot()) {
            answer(desk, ask, to);
            return;
          }
          Waiting waiter = new Waiting(slot, desk, ask, to);
          waiting.add(waiter);
          vertx.setTimer(
              Math.max(1, lagWait),
              late -> {
                if (waiting.remove(waiter)) {
                  Answer lagging =
                      new Answer.Refused(
                          Problem.LAGGING,
                          "you have seen slot %d, and this node is at %d after waiting for %d ms"
                              .formatted(slot, maps.slot(), lagWait));
                  desk.post(() -> to.accept(lagging));
                }
              });
        });
  }

  /** Reads on for a watcher that is behind; {@code to} is called on the desk's event loop. */
  void read(Desk desk, Ask ask, Consumer<Answer> to) {
    context.runOnContext(nothing -> answer(desk, ask, to));
  }

  void leave(Desk desk, String name) {
    context.runOnContext(
        nothing -> {
          Topic topic = topics.get(name);
          if (topic != null) {
            topic.desks.computeIfPresent(desk, (d, count) -> count == 1 ? null : count - 1);
            if (topic.desks.isEmpty()) {
              unlisten(topic);
              topics.remove(name);
            }
          }
        });
  }

  private void follow(Desk desk, String name) {
    Topic topic = topics.get(name);
    if (topic == null) {
      Topic fresh = new Topic();
      fresh.last = maps.slot();
      fresh.listening = maps.listen(name, slot -> tell(name, fresh, slot));
      topics.put(name, fresh);
      topic = fresh;
    }
    topic.desks.merge(desk, 1, Integer::sum);
  }

  private void tell(String name, Topic topic, SlotChanges slot) {
    Frame frame = Frame.change(name, topic.last, slot);
    topic.last = slot.slot();
    topic.marked = slot.slot();
    topic.desks.keySet().forEach(desk -> desk.post(name, frame));
  }

  private void retryWaiting() {
    if (!waiting.isEmpty()) {
      List<Waiting> ready = waiting.stream().filter(waiter -> waiter.slot <= maps.slot()).toList();
      waiting.removeAll(ready);
      ready.forEach(waiter -> answer(waiter.desk, waiter.ask, waiter.to));
    }
  }

  private void answer(Desk desk, Ask ask, Consumer<Answer> to) {
    Answer answer = answer(ask);
    desk.post(() -> to.accept(answer));
  }

  private Answer answer(Ask ask) {
    List<SlotChanges> since = ask.from() < 0 ? null : maps.since(ask.topic(), ask.from());
    if (since == null) {
      return page(ask.topic(), null, List.of());
    } else if (ask.after() != null) {
      return page(ask.topic(), ask.after(), since);
    }
    long weight = 0;
    for (int i = 0; i < since.size(); i++) {
      weight += Frame.weight(since.get(i));
      if (i > 0 && weight > ask.room()) {
        return new Answer.Changes(since.subList(0, i), since.get(i - 1).slot(), false);
      }
    }
    return new Answer.Changes(since, maps.slot(), true);
  }

  private Answer page(String topic, @Nullable String after, List<SlotChanges> since) {
    List<Change> patches = new ArrayList<>();
    if (after != null) {
      Map<String, Change> latest = new LinkedHashMap<>();
      since.forEach(slot -> slot.changes().forEach(change -> latest.put(change.key(), change)));
      latest.values().stream()
          .filter(change -> change.key().compareTo(after) <= 0)
          .forEach(patches::add);
    }
    MapPage page = MapPage.read(maps, topic, "", after, PAGE_KEYS, MapPage.BYTES);
    return new Answer.Page(after == null, !page.more(), page.slot(), page.entries(), patches);
  }
}
