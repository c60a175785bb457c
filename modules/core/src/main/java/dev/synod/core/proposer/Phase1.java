package dev.synod.core.proposer;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message.Promise;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The promises of the acceptors for one ballot, with the values that they had accepted: phase 1 for
 * the whole log at once (Lamport, "Paxos Made Simple", section 3).
 */
final class Phase1 {
  /** The contiguous pages of one acceptor, from {@code from} to below {@code next}. */
  private record Pages(long from, long next) {
    boolean complete() {
      return next == Long.MAX_VALUE;
    }
  }

  private final TreeMap<String, Pages> pages = new TreeMap<>();

  /** By slot, the value that was accepted at the highest ballot (I3). */
  private final TreeMap<Long, Entry> reported = new TreeMap<>();

  private long highest;

  /**
   * Stores a page if it is the next one of its acceptor.
   *
   * @return whether the page was new
   */
  boolean promised(String acceptor, Promise page) {
    Pages before = pages.get(acceptor);
    if (before != null && (before.complete() || page.first() != before.next())) {
      return false;
    }
    if (page.last() < page.first()) {
      // The acceptor cannot report this slot (I2), so its Promise covers nothing from here on.
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

  /** Returns the acceptors whose Promise covers the slot with all its pages. */
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
   * Returns the first slot of the next page of this acceptor; {@link Long#MAX_VALUE} if there is
   * none.
   */
  long nextPage(String acceptor, long first) {
    Pages of = pages.get(acceptor);
    return of == null ? first : of.next();
  }

  /** Returns the value that must be proposed in the slot; null if no acceptor reported one. */
  @Nullable Entry reported(long slot) {
    return reported.get(slot);
  }

  /** Returns the highest reported slot; 0 if there is none. */
  long highest() {
    return highest;
  }

  /** Drops the reports up to this slot, which is proposed or known to be chosen. */
  void forget(long slot) {
    reported.headMap(slot, true).clear();
  }
}
