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
 * What one member has accepted and what it knows to be chosen, slot by slot; shared by the member's
 * roles. The acceptor accepts into it, the learner chooses in it.
 *
 * <p>A slot known chosen is frozen (I7): nothing replaces it.
 */
public final class SlotLog {
  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  /** Slots above {@link #chosen} that are known chosen already, with a gap before them. */
  private final NavigableSet<Long> chosenAhead = new TreeSet<>();

  private final List<SlotRange> damaged;

  /** Slots within {@link #damaged} that have been written anew since. */
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

  /** Every slot up to this one is chosen and compacted away. */
  public long floor() {
    return floor;
  }

  /** Compacts away what is known chosen up to this slot, and is in a snapshot. */
  public void cut(long slot) {
    if (slot > chosen) {
      throw new IllegalStateException(
          "slot " + slot + " is to be compacted away, and only " + chosen + " are known chosen");
    }
    floor = Math.max(floor, slot);
  }

  /**
   * A snapshot of this slot takes the place of whatever was accepted up to it: that may be stale,
   * and is not taken for chosen. What was accepted above stays.
   */
  public void install(long slot) {
    chosen = Math.max(chosen, slot);
    chosenAhead.headSet(slot, true).clear();
    cut(slot);
    advance();
  }

  /**
   * Lets go of the memory of compacted slots, and not of all at once: members have to answer.
   *
   * @param atMost so many slots
   */
  public void sweep(int atMost) {
    for (int left = atMost; left > 0 && !entries.isEmpty() && entries.firstKey() <= floor; left--) {
      entries.pollFirstEntry();
    }
  }

  /** How many entries are in memory. */
  public int size() {
    return entries.size();
  }

  /** Every slot up to this one is known chosen here: k of the design. */
  public long chosen() {
    return chosen;
  }

  /** The highest slot with an entry, or the floor. */
  public long last() {
    return entries.isEmpty() ? floor : Math.max(floor, entries.lastKey());
  }

  public boolean isChosen(long slot) {
    return slot <= chosen || chosenAhead.contains(slot);
  }

  /** Whether a slot is known chosen that has a gap before it. */
  public boolean isAnyChosenAhead() {
    return !chosenAhead.isEmpty();
  }

  /** What was accepted or learned at the slot; null if nothing was, or below the floor. */
  public @Nullable Entry get(long slot) {
    return slot <= floor ? null : entries.get(slot);
  }

  /** The entry of a slot that is known chosen, above the floor. */
  public Entry chosenEntry(long slot) {
    Entry entry = get(slot);
    if (entry == null || !isChosen(slot)) {
      throw new IllegalStateException("slot " + slot + " is not known chosen, or compacted away");
    }
    return entry;
  }

  /** Keeps an accepted entry; never over one that is known chosen. */
  public void accept(Entry entry) {
    if (isChosen(entry.slot())) {
      throw new IllegalStateException("slot " + entry.slot() + " is chosen, and frozen (I7)");
    }
    put(entry);
  }

  /**
   * Keeps an entry that another member knows chosen, over whatever was accepted; false if known.
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

  /** Chooses, in order and up to {@code slot}, what was accepted here at the ballot (I7). */
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

  /** Whether a record for this slot was damaged, so that its entry may not be the latest one. */
  boolean isUnknown(long slot) {
    return !isChosen(slot)
        && !mended.contains(slot)
        && damaged.stream().anyMatch(range -> range.contains(slot));
  }

  /** The first slot from this one on that {@link #isUnknown}; {@link Long#MAX_VALUE} if none. */
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
   * Entries from {@code first} to {@code last}, as many as fit into {@code bytes}, at least one.
   * None from below the floor: what still lies there may be what a snapshot took the place of.
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

  /** Bytes that an entry takes in a page beside its commands, roughly. */
  private static final int ENTRY_OVERHEAD = 64;
}
