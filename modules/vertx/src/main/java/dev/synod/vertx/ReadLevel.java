package dev.synod.vertx;

/** What a read is promised. */
public enum ReadLevel {
  /**
   * Every write that was answered before the read began is seen: the leader confirms by a phase-2
   * quorum that it still leads (ReadIndex). Costs a round trip, shared with other reads.
   */
  LINEARIZABLE,

  /**
   * What this member has applied, however far behind it may be. Costs nothing, and always works.
   */
  LOCAL
}
