package dev.synod.storage.log;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Learned;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.message.SlotRange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Computes the state of a member from the records and damages of its log.
 *
 * <p>A later record of a slot supersedes an earlier one. A slot that was learned, or that is known
 * to be chosen, is frozen: a later accepted value does not replace it (I7). A lost record may have
 * replaced the values of its slots. These slots are therefore unknown until a later record restores
 * them, except for frozen ones.
 */
final class Replay {
  /**
   * The latest {@link Accepted} or {@link Learned} of each slot above the floor, in rising order of
   * the slots.
   */
  private final List<LogRecord> held = new ArrayList<>();

  private final SlotSet unknown = new SlotSet();
  private Marks marks = Marks.NONE;
  private final TreeSet<SkippedCommand> skipped = new TreeSet<>();
  private final IdentityRecords identity = new IdentityRecords();

  Marks marks() {
    return marks;
  }

  IdentityRecords identity() {
    return identity;
  }

  void apply(LogRecord record) {
    if (record instanceof Accepted || record instanceof Learned) {
      put(record);
    }
    if (record instanceof LogRecord.Skipped one) {
      skipped.add(one.command());
    }
    identity.apply(record);
    reach(marks.after(record));
  }

  /** Applies the progress recorded in a header. */
  void reach(Marks header) {
    boolean cut = header.floor() > marks.floor();
    marks = marks.max(header);
    if (cut) {
      held.subList(0, index(marks.floor() + 1)).clear();
      unknown.remove(1, marks.floor());
    }
  }

  /** Applies a promise and a campaign that may not have been acknowledged; keeping them is safe. */
  void raiseBallots(Marks header) {
    marks = marks.withBallotsOf(header);
  }

  /**
   * Applies a loss: records of some or all of these slots, and of no others, are missing at this
   * point of the log.
   */
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
        identity.initialized(),
        identity.left(),
        marks.longestLease(),
        List.copyOf(skipped),
        identity.past());
  }

  /** Returns the index of the first record of this slot or a higher one. */
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
