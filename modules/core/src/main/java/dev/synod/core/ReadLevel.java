package dev.synod.core;

/**
 * The guarantee that a read asks for.
 *
 * @param kind kind of the guarantee
 * @param bound milliseconds for {@link Kind#BOUNDED}, slot for {@link Kind#NOT_BEFORE}, otherwise 0
 */
public record ReadLevel(Kind kind, long bound) {
  /** The kinds of guarantees, from the strongest to none. */
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
   * Linearizable read: it sees every write that was acknowledged before the read began. The leader
   * confirms its leadership by a round of messages to a phase-2 quorum (ReadIndex; Ongaro,
   * "Consensus: Bridging Theory and Practice", section 6.4), which concurrent reads share.
   */
  public static final ReadLevel LINEARIZABLE = new ReadLevel(Kind.LINEARIZABLE, 0);

  /**
   * Linearizable read under the assumption that no two clocks in the group drift by more than the
   * configured bound. The leader holds a lease of a phase-2 quorum and answers without a round of
   * messages. Without a lease, for example when leases are off, the read is {@link #LINEARIZABLE}.
   */
  public static final ReadLevel LEASE = new ReadLevel(Kind.LEASE, 0);

  /**
   * Local read: it sees the state that this member has applied, however old. It needs no message
   * and succeeds without a quorum.
   */
  public static final ReadLevel LOCAL = new ReadLevel(Kind.LOCAL, 0);

  public ReadLevel {
    if (bound < 0) {
      throw new IllegalArgumentException("a bound must be at least 0, but is " + bound);
    }
  }

  /**
   * Returns the level of a read with bounded staleness: it sees every write that was acknowledged
   * at least that long ago, by the clock of this member. The member answers on its own if its last
   * confirmation by the leader is recent enough, and asks the leader otherwise.
   *
   * @param milliseconds maximum staleness
   */
  public static ReadLevel bounded(long milliseconds) {
    return new ReadLevel(Kind.BOUNDED, milliseconds);
  }

  /**
   * Returns the level of a read that waits until this member has applied the slot. With the slot of
   * its last write or read, a caller reads its own writes and never reads an older state.
   *
   * @param slot minimum slot
   */
  public static ReadLevel notBefore(long slot) {
    return new ReadLevel(Kind.NOT_BEFORE, slot);
  }
}
