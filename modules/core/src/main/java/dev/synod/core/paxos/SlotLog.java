package dev.synod.core.paxos;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.SlotRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values that one member has accepted and those that it knows to be chosen, by slot. The roles
 * of the member share it: the acceptor accepts values into it, the learner marks them as chosen.
 *
 * <p>A slot that is known to be chosen is frozen (I7): nothing replaces its value.
 */
public final class SlotLog {
  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  /** Slots above {@link #chosen} that are known to be chosen, after a gap. */
  private final NavigableSet<Long> chosenAhead = new TreeSet<>();

  private final List<SlotRange> damaged;

  /** Slots of {@link #damaged} that were written again since. */
  private final HashSet<Long> mended = new HashSet<>();

  private long floor;
  private long chosen;

  public SlotLog(Recovered recovered) {
    floor = recovered.floor();
    chosen = recovered.chosen();
    damaged = List.copyOf(recovered.unknown());
    for (Entry entry : recovered.entries()) {
      entries.put(entry.slot(), entry);
    }
  }

  /** Returns the slot up to which every slot is chosen and compacted. */
  public long floor() {
    return floor;
  }

  /** Compacts the chosen slots up to this one, which a snapshot contains. */
  public void cut(long slot) {
    if (slot > chosen) {
      throw new IllegalStateException(
          "slot "
              + slot
              + " cannot be compacted, because only "
              + chosen
              + " slots are known to be chosen");
    }
    floor = Math.max(floor, slot);
  }

  /**
   * Replaces every slot up to this one by a snapshot. Values accepted there may be stale and are
   * not treated as chosen; later slots stay.
   */
  public void install(long slot) {
    chosen = Math.max(chosen, slot);
    chosenAhead.headSet(slot, true).clear();
    cut(slot);
    advance();
  }

  /**
   * Releases the memory of compacted slots in steps, so that the member stays responsive.
   *
   * @param atMost maximum number of slots
   */
  public void sweep(int atMost) {
    for (int left = atMost; left > 0 && !entries.isEmpty() && entries.firstKey() <= floor; left--) {
      entries.pollFirstEntry();
    }
  }

  /** Returns the number of entries in memory. */
  public int size() {
    return entries.size();
  }

  /** Returns the slot up to which every slot is known to be chosen: k of the design. */
  public long chosen() {
    return chosen;
  }

  /** Returns the highest slot with an entry, or the floor. */
  public long last() {
    return entries.isEmpty() ? floor : Math.max(floor, entries.lastKey());
  }

  public boolean isChosen(long slot) {
    return slot <= chosen || chosenAhead.contains(slot);
  }

  /** Tells whether a slot after a gap is known to be chosen. */
  public boolean isAnyChosenAhead() {
    return !chosenAhead.isEmpty();
  }

  /**
   * Returns the accepted or learned entry of a slot; null if there is none, or if the slot is below
   * the floor.
   */
  public @Nullable Entry get(long slot) {
    return slot <= floor ? null : entries.get(slot);
  }

  /** Returns the entry of a slot above the floor that is known to be chosen. */
  public Entry chosenEntry(long slot) {
    Entry entry = get(slot);
    if (entry == null || !isChosen(slot)) {
      throw new IllegalStateException("slot " + slot + " is compacted, or not known to be chosen");
    }
    return entry;
  }

  /**
   * Stores an accepted entry.
   *
   * @throws IllegalStateException if the slot is known to be chosen
   */
  public void accept(Entry entry) {
    if (isChosen(entry.slot())) {
      throw new IllegalStateException("slot " + entry.slot() + " is chosen, and frozen (I7)");
    }
    put(entry);
  }

  /**
   * Stores an entry that another member knows to be chosen, in place of an accepted one.
   *
   * @return false if the slot is already known to be chosen
   */
  public boolean learn(Entry entry) {
    if (isChosen(entry.slot())) {
      return false;
    }
    put(entry);
    chosenAhead.add(entry.slot());
    advance();
    return true;
  }

  /**
   * Marks the entries up to {@code slot} that were accepted at the ballot as chosen, in order (I7).
   */
  public void choose(Ballot ballot, long slot) {
    while (chosen < slot) {
      Entry next = entries.get(chosen + 1);
      if (next == null || !next.ballot().equals(ballot)) {
        return;
      }
      chosen++;
      advance();
    }
  }

  private void advance() {
    while (!chosenAhead.isEmpty() && chosenAhead.first() <= chosen + 1) {
      chosen = Math.max(chosen, chosenAhead.pollFirst());
    }
  }

  private void put(Entry entry) {
    entries.put(entry.slot(), entry);
    if (!damaged.isEmpty()) {
      mended.add(entry.slot());
    }
  }

  /** Tells whether a record of this slot was damaged, so that its entry may be outdated. */
  boolean isUnknown(long slot) {
    return !isChosen(slot)
        && !mended.contains(slot)
        && damaged.stream().anyMatch(range -> range.contains(slot));
  }

  /**
   * Returns the first slot, from this one on, that {@link #isUnknown}; {@link Long#MAX_VALUE} if
   * there is none.
   */
  long firstUnknown(long from) {
    long first = Long.MAX_VALUE;
    for (SlotRange range : damaged) {
      long slot = Math.max(from, range.first());
      while (slot <= range.last() && slot < first && !isUnknown(slot)) {
        slot++;
      }
      if (slot <= range.last()) {
        first = Math.min(first, slot);
      }
    }
    return first;
  }

  /**
   * Returns entries from {@code first} to {@code last}, as many as fit into {@code bytes}, at least
   * one. Entries below the floor are omitted, because a snapshot may have replaced them.
   */
  public List<Entry> page(long first, long last, long bytes) {
    List<Entry> page = new ArrayList<>();
    long size = 0;
    long from = Math.max(first, floor + 1);
    if (from > last) {
      return page;
    }
    for (Entry entry : entries.subMap(from, true, last, true).values()) {
      size += entry.value().block().length + ENTRY_OVERHEAD;
      if (!page.isEmpty() && size > bytes) {
        break;
      }
      page.add(entry);
    }
    return page;
  }

  /** Approximate size of an entry in a page besides its commands, in bytes. */
  private static final int ENTRY_OVERHEAD = 64;
}
