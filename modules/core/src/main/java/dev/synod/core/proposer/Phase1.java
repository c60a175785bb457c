package dev.synod.core.proposer;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message.Promise;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the acceptors have promised to one ballot, and what they had accepted before: phase 1 for
 * the whole log at once (Lamport, "Paxos Made Simple", section 3).
 */
final class Phase1 {
  /** The pages of one acceptor, which follow each other from {@code from} to below {@code next}. */
  private record Pages(long from, long next) {
    boolean complete() {
      return next == Long.MAX_VALUE;
    }
  }

  private final TreeMap<String, Pages> pages = new TreeMap<>();

  /** At each slot, what was accepted there at the highest ballot (I3). */
  private final TreeMap<Long, Entry> reported = new TreeMap<>();

  private long highest;

  /** Keeps a page, if it is the next one of its acceptor; true if it brought something new. */
  boolean promised(String acceptor, Promise page) {
    Pages before = pages.get(acceptor);
    if (before != null && (before.complete() || page.first() != before.next())) {
      return false;
    }
    if (page.last() < page.first()) {
      // It cannot tell (I2). What it told before does not stand alone: its Promise is void from
      // there.
      pages.remove(acceptor);
      return before != null;
    }
    long next = page.last() == Long.MAX_VALUE ? Long.MAX_VALUE : page.last() + 1;
    pages.put(acceptor, new Pages(before == null ? page.first() : before.from(), next));
    for (Entry entry : page.entries()) {
      highest = Math.max(highest, entry.slot());
      reported.merge(
          entry.slot(), entry, (old, other) -> old.ballot().isBelow(other.ballot()) ? other : old);
    }
    return true;
  }

  /** The acceptors whose Promise covers the slot: all its pages are here, from there or before. */
  long covering(long slot, Configuration configuration) {
    long set = 0;
    for (Map.Entry<String, Pages> of : pages.entrySet()) {
      int bit = configuration.quorums().indexOf(of.getKey());
      if (bit >= 0 && of.getValue().complete() && of.getValue().from() <= slot) {
        set |= 1L << bit;
      }
    }
    return set;
  }

  /**
   * Where the next page of this acceptor starts; {@link Long#MAX_VALUE} if it has shown them all.
   */
  long nextPage(String acceptor, long first) {
    Pages of = pages.get(acceptor);
    return of == null ? first : of.next();
  }

  /** What must be proposed at the slot, if anything was accepted there. */
  @Nullable Entry reported(long slot) {
    return reported.get(slot);
  }

  /** The highest slot at which anybody reported anything; 0 if there is none. */
  long highest() {
    return highest;
  }

  /** Forgets what was reported up to this slot: it is proposed, or known chosen. */
  void forget(long slot) {
    reported.headMap(slot, true).clear();
  }
}
