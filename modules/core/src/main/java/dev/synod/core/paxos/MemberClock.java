package dev.synod.core.paxos;

/**
 * The time of one member, the same for all its roles: milliseconds of the host's monotonic clock,
 * read after everything that is handled next has arrived. Leases rest on it: a time of an earlier
 * moment would end a promise too early, or lengthen what was promised.
 */
public final class MemberClock {
  private long now;

  /** A clock that shows this time, which is more than 0. */
  public MemberClock(long now) {
    this.now = now;
  }

  /** Milliseconds of the host's monotonic clock. */
  public long now() {
    return now;
  }

  /** Tells the time, before messages are handled and with each tick. */
  public void set(long now) {
    this.now = now;
  }
}
