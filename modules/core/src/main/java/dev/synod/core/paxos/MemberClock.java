package dev.synod.core.paxos;

/**
 * The time of one member, the same for all its roles: milliseconds of the host's monotonic clock,
 * read after everything that is handled next has arrived. Leases rest on it: a time of an earlier
 * moment would end a promise too early, or lengthen what was promised.
 *
 * <p>The wall clock of the same moment tells of a sleep. The monotonic clock of a machine that
 * sleeps, or of a virtual machine that is suspended, stands still, and the wall clock does not.
 * What another member has granted until a time is therefore over as soon as either clock says so.
 * What this member has granted is measured by the monotonic clock alone, because a wall clock can
 * be set.
 */
public final class MemberClock {
  private long now;
  private long wall;

  /**
   * Creates a clock.
   *
   * @param now milliseconds of the monotonic clock, more than 0
   * @param wall milliseconds since 1970
   */
  public MemberClock(long now, long wall) {
    this.now = now;
    this.wall = wall;
  }

  /** Returns milliseconds since 1970 by the wall clock, which may be set to any time. */
  public long wall() {
    return wall;
  }

  /** Milliseconds of the host's monotonic clock. */
  public long now() {
    return now;
  }

  /** Tells the time, before messages are handled and with each tick. */
  public void set(long now, long wall) {
    this.now = now;
    this.wall = wall;
  }
}
