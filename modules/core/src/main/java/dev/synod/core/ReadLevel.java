package dev.synod.core;

/**
 * What a read is promised.
 *
 * @param kind which promise
 * @param bound of {@link Kind#BOUNDED} milliseconds, of {@link Kind#NOT_BEFORE} a slot, else 0
 */
public record ReadLevel(Kind kind, long bound) {
  /** The promises, from the strongest to none. */
  public enum Kind {
    /** See {@link ReadLevel#LINEARIZABLE}. */
    LINEARIZABLE,
    /** See {@link ReadLevel#LEASE}. */
    LEASE,
    /** See {@link ReadLevel#bounded}. */
    BOUNDED,
    /** See {@link ReadLevel#notBefore}. */
    NOT_BEFORE,
    /** See {@link ReadLevel#LOCAL}. */
    LOCAL
  }

  /**
   * Every write that was answered before the read began is seen: the leader confirms by a phase-2
   * quorum that it still leads (ReadIndex). Costs a round trip, shared with other reads.
   */
  public static final ReadLevel LINEARIZABLE = new ReadLevel(Kind.LINEARIZABLE, 0);

  /**
   * The same, as long as no two clocks in the group part by more than the drift bound: the leader
   * holds a lease of a phase-2 quorum, and asks nobody. Where it holds none, as when leases are
   * off, this is {@link #LINEARIZABLE}.
   */
  public static final ReadLevel LEASE = new ReadLevel(Kind.LEASE, 0);

  /**
   * What this member has applied, however far behind it may be. Costs nothing, and always works.
   */
  public static final ReadLevel LOCAL = new ReadLevel(Kind.LOCAL, 0);

  public ReadLevel {
    if (bound < 0) {
      throw new IllegalArgumentException("a bound is at least 0, not " + bound);
    }
  }

  /**
   * Every write that was answered so many milliseconds ago is seen, by the clock of this member
   * alone. It answers by itself if it asked the leader no longer ago than that, and asks if not.
   */
  public static ReadLevel bounded(long milliseconds) {
    return new ReadLevel(Kind.BOUNDED, milliseconds);
  }

  /**
   * What this member has applied, once that reaches the slot: so who wrote there reads its own
   * write, and who has read there never reads anything older.
   */
  public static ReadLevel notBefore(long slot) {
    return new ReadLevel(Kind.NOT_BEFORE, slot);
  }
}
