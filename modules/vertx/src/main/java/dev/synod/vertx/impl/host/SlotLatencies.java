package dev.synod.vertx.impl.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.proposer.Proposer;
import dev.synod.storage.metrics.LatencyHistogram;

/**
 * How long a leader's slots take from Accept to chosen. It looks at the proposer when a turn ends,
 * and so reads the clock once for all slots of a turn, and remembers a time for each open slot in a
 * ring: nothing is done for a command or a message. On the member's context.
 */
final class SlotLatencies {
  private final LatencyHistogram latencies = new LatencyHistogram();

  /** When the Accepts of a slot left, by slot. */
  private final long[] left;

  private final int mask;
  private Ballot ballot = Ballot.NONE;

  /** All slots below this one, and above {@link #ended}, have their time in the ring. */
  private long next;

  private long ended;

  /**
   * A clock for the slots of one member.
   *
   * @param window as many slots as may be open; as many again may be proposed at in the turn that
   *     finds them chosen
   */
  SlotLatencies(int window) {
    int size = Integer.highestOneBit(2 * window - 1) << 1;
    this.left = new long[size];
    this.mask = size - 1;
  }

  /** All rounds of this member; to be read from any thread. */
  LatencyHistogram latencies() {
    return latencies;
  }

  /** To be called after each flush, before what was sent leaves. */
  void flushed(Proposer proposer) {
    if (!proposer.leads()) {
      return;
    }
    long proposed = proposer.next();
    long chosen = proposer.announced();
    if (!ballot.equals(proposer.ballot())) {
      // What phase 1 brought up is proposed in the turn that ends it, and is not measured.
      ballot = proposer.ballot();
      next = proposed;
      ended = proposed - 1;
    }
    if (proposed > next || chosen > ended) {
      record(proposed, chosen, System.nanoTime());
    }
  }

  private void record(long proposed, long chosen, long now) {
    for (; next < proposed; next++) {
      left[(int) next & mask] = now;
    }
    while (ended < chosen) {
      ended++;
      latencies.record(now - left[(int) ended & mask]);
    }
  }
}
