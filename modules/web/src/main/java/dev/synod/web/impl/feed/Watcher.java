package dev.synod.web.impl.feed;

import dev.synod.data.map.Change;
import dev.synod.data.map.SlotChanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: a cursor into the changes of one map. While its reader keeps up, the watcher is
 * live and sends each frame. When the reader's budget is used up, the cursor stays and nothing is
 * queued. When there is room again, the watcher reads on from the history of the map, or starts a
 * snapshot if the history does not reach back that far.
 *
 * <p>The watcher never goes back in time: each frame has a higher slot than all earlier ones.
 *
 * <p>Used on the event loop of its outlet only.
 */
final class Watcher {
  private enum State {
    OPENING,
    LIVE,
    BEHIND,
    CLOSED
  }

  private record Sent(long index, int page, int bytes) {
    boolean after(Sent other) {
      return index > other.index || (index == other.index && page > other.page);
    }
  }

  final long id;
  final String topic;
  private final ClientFrame.Policy policy;
  private final FeedOutlet feedOutlet;
  private final LoopDispatcher loopDispatcher;
  private final Hub hub;

  /** Reply address of this watcher; one object, because the hub identifies the watcher by it. */
  private final Consumer<HubReply> answers = this::answered;

  private final ArrayDeque<Sent> unacknowledged = new ArrayDeque<>();
  private Sent last = new Sent(-1, 0, 0);
  private State state = State.OPENING;
  private boolean asked;

  /** Slot that the node had to reach before its first answer. */
  private long waitsFor = -1;

  /**
   * Slot up to which every change of the map was sent; within a snapshot, only of the keys up to
   * {@link #after}.
   */
  private long seen;

  private @Nullable String after;
  private int page;

  /** Reason for the next snapshot. */
  private String reason;

  Watcher(
      long id,
      String topic,
      ClientFrame.Policy policy,
      Position from,
      FeedOutlet feedOutlet,
      LoopDispatcher loopDispatcher,
      Hub hub) {
    this.id = id;
    this.topic = topic;
    this.policy = policy;
    this.seen = from.from();
    this.reason = from.reason();
    this.feedOutlet = feedOutlet;
    this.loopDispatcher = loopDispatcher;
    this.hub = hub;
  }

  /**
   * Opens the subscription; the outlet is told ok or no.
   *
   * @param seenBefore slot that the page has seen, possibly of other maps
   * @param lagWait time that this node may take to reach that slot, in milliseconds
   */
  void open(long seenBefore, long lagWait) {
    loopDispatcher.add(this);
    feedOutlet.meter.watchers.incrementAndGet();
    asked = true;
    waitsFor = Math.max(seenBefore, seen);
    hub.open(
        loopDispatcher,
        new HubRequest(topic, seen, null, feedOutlet.room()),
        seenBefore,
        lagWait,
        answers);
  }

  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      feedOutlet.meter.watchers.decrementAndGet();
      loopDispatcher.remove(this);
      hub.leave(loopDispatcher, topic, waitsFor, answers);
      // No acknowledgement follows, so the share of the budget returns to the other watchers.
      long bytes = unacknowledged.stream().mapToLong(Sent::bytes).sum();
      unacknowledged.clear();
      feedOutlet.acknowledged(bytes);
    }
  }

  /** Handles a frame for all watchers of this map. */
  void live(FeedFrame feedFrame) {
    if (state != State.LIVE || feedFrame.index <= seen) {
      return;
    }
    if (feedFrame.prev > seen) { // an earlier frame was dropped
      behind();
    } else if (!send(feedFrame)) {
      if (policy == ClientFrame.Policy.DISCONNECT) {
        feedOutlet.tooSlow();
      } else {
        behind();
      }
    }
  }

  /** Handles a frame that reports no change. If there is no room, the next such frame suffices. */
  void mark(FeedFrame feedFrame) {
    if (state == State.LIVE && feedFrame.index > seen) {
      if (feedFrame.prev > seen) {
        behind();
      } else {
        send(feedFrame);
      }
    }
  }

  /** Marks the watcher as behind, because frames may be missing; it reads on by itself. */
  void behind() {
    if (state == State.LIVE) {
      state = State.BEHIND;
      feedOutlet.meter.slow.increment();
      readOn();
    }
  }

  /** Reads on if the watcher is behind and there is room. */
  void readOn() {
    if (state == State.BEHIND && !asked && feedOutlet.roomy()) {
      asked = true;
      hub.read(loopDispatcher, new HubRequest(topic, seen, after, feedOutlet.room()), answers);
    }
  }

  /**
   * Records that the page has seen every frame up to this one.
   *
   * @return false if that frame was never sent
   */
  boolean acknowledge(long index, int page) {
    Sent upTo = new Sent(index, page, 0);
    if (upTo.after(last)) {
      return false;
    }
    long bytes = 0;
    while (!unacknowledged.isEmpty() && !unacknowledged.element().after(upTo)) {
      bytes += unacknowledged.remove().bytes;
    }
    feedOutlet.acknowledged(bytes);
    return true;
  }

  private boolean send(FeedFrame feedFrame) {
    if (!feedOutlet.fits(feedFrame.bytes())) {
      return false;
    }
    last = new Sent(feedFrame.index, feedFrame.page, feedFrame.bytes());
    if (feedOutlet.acknowledges()) {
      unacknowledged.add(last);
    }
    seen = feedFrame.index;
    feedOutlet.send(feedFrame);
    return true;
  }

  private void answered(HubReply hubReply) {
    if (state == State.CLOSED) {
      return;
    }
    // `asked` stays set until the whole reply is handled, because writing may free room immediately
    // and trigger another request.
    boolean opening = state == State.OPENING;
    state = State.BEHIND;
    boolean readOn = false;
    if (hubReply instanceof HubReply.Changes changes) {
      if (opening) {
        feedOutlet.ok(this, "resumed", null, changes.upTo());
      }
      reason = "slow";
      readOn = resume(changes);
    } else if (hubReply instanceof HubReply.Page next) {
      readOn = snapshot(next);
    } else if (hubReply instanceof HubReply.Refused refused) {
      feedOutlet.no(this, refused.problem(), refused.message());
      close();
    }
    asked = false;
    if (readOn) {
      readOn();
    }
  }

  /**
   * Sends changes.
   *
   * @return whether there is more to read; without room, reading continues when room is freed
   */
  private boolean resume(HubReply.Changes changes) {
    for (SlotChanges slot :
        policy == ClientFrame.Policy.CONFLATE ? conflated(changes.slots()) : changes.slots()) {
      if (!send(FeedFrame.change(topic, seen, slot))) {
        return false;
      }
    }
    if (!changes.complete()) {
      return true;
    }
    if (seen >= changes.upTo() || send(FeedFrame.mark(topic, seen, changes.upTo()))) {
      state = State.LIVE;
    }
    return false;
  }

  /**
   * Sends a page of a snapshot.
   *
   * @return as for {@link #resume}
   */
  private boolean snapshot(HubReply.Page next) {
    int number = next.first() ? 0 : page + 1;
    FeedFrame feedFrame =
        FeedFrame.snapshot(topic, next.slot(), number, next.last(), next.entries(), next.patches());
    if (!feedOutlet.fits(feedFrame.bytes())) {
      return false;
    }
    if (next.first()) {
      feedOutlet.ok(this, "snapshot", reason, next.slot());
      reason = "slow";
    }
    send(feedFrame);
    page = number;
    if (next.last()) {
      after = null;
      state = State.LIVE;
      return false;
    }
    if (!next.entries().isEmpty()) {
      after = next.entries().get(next.entries().size() - 1).key();
    }
    return true;
  }

  /** Returns the latest change of each key, as if the last slot had made all of them. */
  private static List<SlotChanges> conflated(List<SlotChanges> slots) {
    if (slots.size() < 2) {
      return slots;
    }
    Map<String, Change> latest = new LinkedHashMap<>();
    for (SlotChanges slot : slots) {
      for (Change change : slot.changes()) {
        latest.remove(
            change
                .key()); // moves the key behind the others, so that the order is that of the latest
        // changes
        latest.put(change.key(), change);
      }
    }
    return List.of(
        new SlotChanges(slots.get(slots.size() - 1).slot(), new ArrayList<>(latest.values())));
  }
}
