package dev.synod.web.impl.feed;

import dev.synod.data.map.Change;
import dev.synod.data.map.SlotChanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: a cursor into the changes of one map. While its reader keeps up it is live, and
 * is handed each frame. When the reader's budget is used up the cursor stays where it is, and
 * nothing is queued; when there is room again, it reads on from the history of the map, or starts a
 * snapshot if that no longer reaches back so far.
 *
 * <p>Never back in time: whatever it sends next is at a higher slot than all it has sent.
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
  private final PageFrame.Policy policy;
  private final Outlet outlet;
  private final Desk desk;
  private final Hub hub;
  private final ArrayDeque<Sent> unacknowledged = new ArrayDeque<>();
  private Sent last = new Sent(-1, 0, 0);
  private State state = State.OPENING;
  private boolean asked;

  /** All of the map up to this slot was sent; in mid snapshot: of the keys up to {@link #after}. */
  private long seen;

  private @Nullable String after;
  private int page;

  /** Why a snapshot is sent, if the next answer is one. */
  private String reason;

  Watcher(
      long id,
      String topic,
      PageFrame.Policy policy,
      long from,
      Outlet outlet,
      Desk desk,
      Hub hub) {
    this.id = id;
    this.topic = topic;
    this.policy = policy;
    this.seen = from;
    this.reason = from < 0 ? "fresh" : "history-gone";
    this.outlet = outlet;
    this.desk = desk;
    this.hub = hub;
  }

  /**
   * Begins; the outlet is told ok or no.
   *
   * @param seenBefore the page has seen this slot, perhaps of other maps
   * @param lagWait how long this node may take to get there, in milliseconds
   */
  void open(long seenBefore, long lagWait) {
    desk.add(this);
    outlet.meter.watchers.incrementAndGet();
    asked = true;
    hub.open(desk, new Ask(topic, seen, null, outlet.room()), seenBefore, lagWait, this::answered);
  }

  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      outlet.meter.watchers.decrementAndGet();
      desk.remove(this);
      hub.leave(desk, topic);
    }
  }

  /** A frame for all who watch this map. */
  void live(Frame frame) {
    if (state != State.LIVE || frame.index <= seen) {
      return;
    }
    if (frame.prev > seen) { // something before it never came here
      behind();
    } else if (!send(frame)) {
      if (policy == PageFrame.Policy.DISCONNECT) {
        outlet.tooSlow();
      } else {
        behind();
      }
    }
  }

  /**
   * The same, of a frame that only says that nothing happened; if there is no room, the next one
   * does.
   */
  void mark(Frame frame) {
    if (state == State.LIVE && frame.index > seen) {
      if (frame.prev > seen) {
        behind();
      } else {
        send(frame);
      }
    }
  }

  /** From now on frames may be missing: reads on by itself. */
  void behind() {
    if (state == State.LIVE) {
      state = State.BEHIND;
      outlet.meter.slow.increment();
      readOn();
    }
  }

  /** Reads on if it is behind and there is room. */
  void readOn() {
    if (state == State.BEHIND && !asked && outlet.roomy()) {
      asked = true;
      hub.read(desk, new Ask(topic, seen, after, outlet.room()), this::answered);
    }
  }

  /**
   * The page has seen everything up to here.
   *
   * @return false if that was never sent
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
    outlet.acknowledged(bytes);
    return true;
  }

  private boolean send(Frame frame) {
    if (!outlet.fits(frame.bytes())) {
      return false;
    }
    last = new Sent(frame.index, frame.page, frame.bytes());
    if (outlet.acknowledges()) {
      unacknowledged.add(last);
    }
    seen = frame.index;
    outlet.send(frame);
    return true;
  }

  private void answered(Answer answer) {
    if (state == State.CLOSED) {
      return;
    }
    // Until all of it is dealt with `asked` stays: writing may free room at once, and ask again.
    boolean opening = state == State.OPENING;
    state = State.BEHIND;
    boolean readOn = false;
    if (answer instanceof Answer.Changes changes) {
      if (opening) {
        outlet.ok(this, "resumed", null, changes.upTo());
      }
      reason = "slow";
      readOn = resume(changes);
    } else if (answer instanceof Answer.Page next) {
      readOn = snapshot(next);
    } else if (answer instanceof Answer.Refused refused) {
      outlet.no(this, refused.problem(), refused.message());
      close();
    }
    asked = false;
    if (readOn) {
      readOn();
    }
  }

  /** Returns whether there is more to be read; if it did not fit, there is when room is made. */
  private boolean resume(Answer.Changes changes) {
    for (SlotChanges slot :
        policy == PageFrame.Policy.CONFLATE ? conflated(changes.slots()) : changes.slots()) {
      if (!send(Frame.change(topic, seen, slot))) {
        return false;
      }
    }
    if (!changes.complete()) {
      return true;
    }
    if (seen >= changes.upTo() || send(Frame.mark(topic, seen, changes.upTo()))) {
      state = State.LIVE;
    }
    return false;
  }

  /** The same. */
  private boolean snapshot(Answer.Page next) {
    int number = next.first() ? 0 : page + 1;
    Frame frame =
        Frame.snapshot(topic, next.slot(), number, next.last(), next.entries(), next.patches());
    if (!outlet.fits(frame.bytes())) {
      return false;
    }
    if (next.first()) {
      outlet.ok(this, "snapshot", reason, next.slot());
      reason = "slow";
    }
    send(frame);
    page = number;
    if (next.last()) {
      after = null;
      state = State.LIVE;
      return false;
    }
    after = next.entries().get(next.entries().size() - 1).key();
    return true;
  }

  /** The latest change of each key, as if the last slot had made them all. */
  private static List<SlotChanges> conflated(List<SlotChanges> slots) {
    if (slots.size() < 2) {
      return slots;
    }
    Map<String, Change> latest = new LinkedHashMap<>();
    for (SlotChanges slot : slots) {
      for (Change change : slot.changes()) {
        latest.remove(change.key()); // so that the order is that of the latest
        latest.put(change.key(), change);
      }
    }
    return List.of(
        new SlotChanges(slots.get(slots.size() - 1).slot(), new ArrayList<>(latest.values())));
  }
}
