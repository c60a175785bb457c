package dev.synod.storage.log;

import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Learned;
import dev.synod.core.message.SlotRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a log, and its wounds, into what a member may believe.
 *
 * <p>The later record about a slot wins, but a slot that was learned, or is held and known to be
 * chosen, is frozen: a later accept does not replace it (I7). A lost record may have replaced what
 * is held at its slots, so those are unknown until a later record says what stands there; what is
 * frozen is not touched by it.
 */
final class Replay {
  /**
   * The latest {@link Accepted} or {@link Learned} of each slot above the floor, by rising slot.
   */
  private final List<LogRecord> held = new ArrayList<>();

  private final SlotSet unknown = new SlotSet();
  private Marks marks = Marks.NONE;
  private LogRecord.@Nullable Initialized initialized;
  private boolean left;
  private RecoveredIdentity past = RecoveredIdentity.NONE;

  Marks marks() {
    return marks;
  }

  void apply(LogRecord record) {
    if (record instanceof Accepted || record instanceof Learned) {
      put(record);
    }
    if (record instanceof LogRecord.Initialized birth) {
      initialized = birth;
    } else if (record instanceof LogRecord.Left) {
      left = true;
    } else if (record instanceof LogRecord.OfIdentity identity) {
      past = past.after(identity);
    }
    reach(marks.after(record));
  }

  /** What a header says that the log has come to. */
  void reach(Marks header) {
    boolean cut = header.floor() > marks.floor();
    marks = marks.max(header);
    if (cut) {
      held.subList(0, index(marks.floor() + 1)).clear();
      unknown.remove(1, marks.floor());
    }
  }

  /** A promise and a campaign that may or may not have been acknowledged: keeping them is safe. */
  void raiseBallots(Marks header) {
    marks = marks.withBallotsOf(header);
  }

  /** Records about some or all of these slots, and no others, are lost at this point of the log. */
  void lost(SlotRange slots) {
    unknown.add(Math.max(slots.first(), marks.floor() + 1), slots.last());
    int from = index(slots.first());
    int to = slots.last() == Long.MAX_VALUE ? held.size() : index(slots.last() + 1);
    List<LogRecord> touched = held.subList(from, to);
    List<LogRecord> frozen = new ArrayList<>();
    for (LogRecord record : touched) {
      if (record instanceof Learned || slot(record) <= marks.chosen()) {
        frozen.add(record);
        unknown.remove(slot(record), slot(record));
      }
    }
    touched.clear();
    held.addAll(from, frozen);
  }

  private void put(LogRecord record) {
    long slot = slot(record);
    if (slot <= marks.floor()) {
      return;
    }
    int at = index(slot);
    if (at < held.size() && slot(held.get(at)) == slot) {
      boolean frozen = held.get(at) instanceof Learned || slot <= marks.chosen();
      if (record instanceof Learned || !frozen) {
        held.set(at, record);
      }
    } else {
      held.add(at, record);
      if (!unknown.isEmpty()) {
        unknown.remove(slot, slot);
      }
    }
  }

  Recovered finish() {
    long floor = marks.floor();
    long chosen = floor;
    long next = floor + 1;
    List<Entry> entries = new ArrayList<>(held.size());
    for (LogRecord record : held) {
      Entry entry = entry(record);
      if (entry.slot() <= marks.chosen()) {
        unknown.add(next, entry.slot() - 1);
        chosen = chosen == entry.slot() - 1 ? entry.slot() : chosen;
        next = entry.slot() + 1;
      }
      entries.add(entry);
    }
    unknown.add(next, marks.chosen());
    return new Recovered(
        marks.promised(),
        marks.campaigned(),
        floor,
        chosen,
        entries,
        unknown.ranges(),
        initialized,
        left,
        past);
  }

  /** Where the first record of this slot or a higher one stands. */
  private int index(long slot) {
    int low = 0;
    int high = held.size();
    if (high > 0 && slot(held.get(high - 1)) < slot) {
      return high;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slot(held.get(middle)) < slot) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long slot(LogRecord record) {
    return entry(record).slot();
  }

  private static Entry entry(LogRecord record) {
    return record instanceof Learned learned ? learned.entry() : ((Accepted) record).entry();
  }
}
