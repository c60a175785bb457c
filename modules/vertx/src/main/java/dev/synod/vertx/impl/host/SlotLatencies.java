package dev.synod.vertx.impl.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.proposer.Proposer;
import dev.synod.storage.metrics.LatencyHistogram;

/**
 * Latencies of a leader's slots from Accept to chosen. The proposer is inspected at the end of each
 * turn, with one clock reading for all slots of the turn; a ring holds the start time of each open
 * slot. Commands and messages therefore cost nothing. Used on the member's context.
 */
final class SlotLatencies {
  private final LatencyHistogram latencies = new LatencyHistogram();

  /** Send times of the Accepts, by slot. */
  private final long[] left;

  private final int mask;
  private Ballot ballot = Ballot.NONE;

  /** Slot below which, and above {@link #ended}, all slots have their start time in the ring. */
  private long next;

  private long ended;

  /**
   * Creates the latencies of one member.
   *
   * @param window maximum number of open slots; as many again may be proposed in the turn that
   *     finds them chosen
   */
  SlotLatencies(int window) {
    int size = Integer.highestOneBit(2 * window - 1) << 1;
    this.left = new long[size];
    this.mask = size - 1;
  }

  /** Returns the latencies; any thread may read them. */
  LatencyHistogram latencies() {
    return latencies;
  }

  /** Records the slots of a turn; called after each flush, before the messages leave. */
  void flushed(Proposer proposer) {
    if (!proposer.leads()) {
      return;
    }
    long proposed = proposer.next();
    long chosen = proposer.announced();
    if (!ballot.equals(proposer.ballot())) {
      // Values reported in phase 1 are proposed in the turn that ends phase 1, and are not
      // measured.
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
