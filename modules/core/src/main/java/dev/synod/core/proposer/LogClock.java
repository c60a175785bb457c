package dev.synod.core.proposer;

/**
 * The log's time, with which a leader stamps values, in milliseconds since 1970.
 *
 * <p>The log's time never decreases. While one leader leads, the log's time advances at most
 * {@value #FASTER} % faster or slower than that leader's monotonic clock, whatever happens to its
 * wall clock. A client that the leader hears every nine tenths of its session timeout therefore
 * never expires. The log's time may jump from one leader to the next if their wall clocks differ;
 * the timeouts of all sessions then restart.
 */
final class LogClock {
  /** Percentage by which the log's time runs fast or slow until it matches the wall clock. */
  private static final int FASTER = 10;

  private long time;

  /** When time passed last. */
  private long tickedAt;

  LogClock(long now) {
    this.tickedAt = now;
  }

  /** Advances the log's time to at least this value. */
  void atLeast(long logTime) {
    time = Math.max(time, logTime);
  }

  /**
   * Starts a leadership; no session relies on this leader's clock yet. The time before it does not
   * count, however long the member was not told of any.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970
   */
  void begin(long now, long wallClock) {
    tickedAt = now;
    atLeast(wallClock);
  }

  /**
   * Advances the time.
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

  /** Returns the timestamp for a value. */
  long time() {
    return time;
  }
}
