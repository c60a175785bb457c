package dev.synod.core.proposer;

/**
 * The time that a leader stamps values with: the log's time, in milliseconds since 1970.
 *
 * <p>Promised to whoever lives by it: it never falls; and while one leader leads it advances at
 * most {@value #FASTER} % faster, and at least as much slower, than that leader's monotonic clock,
 * whatever is done to its wall clock. So a client that is heard by the leader every nine tenths of
 * its session's timeout never expires. From one leader to the next it may jump, if their wall
 * clocks differ; all sessions' time starts over then.
 */
final class LogClock {
  /** Percent by which it runs fast or slow until it shows what the wall clock does. */
  private static final int FASTER = 10;

  private long time;

  /** When time passed last. */
  private long tickedAt;

  LogClock(long now) {
    this.tickedAt = now;
  }

  /** The time in the log is that far. */
  void atLeast(long logTime) {
    time = Math.max(time, logTime);
  }

  /** A leader begins, whose wall clock shows this: nobody has counted on its clock yet. */
  void begin(long wallClock) {
    atLeast(wallClock);
  }

  /**
   * Tells the time.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970
   */
  void tick(long now, long wallClock) {
    long passed = Math.max(0, now - tickedAt);
    this.tickedAt = now;
    long most = passed * FASTER / 100;
    time += passed + Math.max(-most, Math.min(most, wallClock - time - passed));
  }

  /** What to stamp a value with. */
  long time() {
    return time;
  }
}
