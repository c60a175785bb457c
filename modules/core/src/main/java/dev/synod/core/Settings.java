package dev.synod.core;

/**
 * The sizes and times that the roles go by. Times are milliseconds of the host's monotonic clock,
 * sizes are bytes.
 *
 * @param heartbeat between two beats of a leader
 * @param electionTimeout without hearing a leader, or as a leader a phase-2 quorum, for this long:
 *     there is none
 * @param retry until an unanswered message is sent again
 * @param requestTimeout until a request of a session ends without an answer
 * @param maxBatch of the commands that make one value; a larger command stands alone
 * @param maxPage of the entries in one Promise or Learned
 * @param maxQueue of commands that wait at the leader to be proposed
 * @param maxPending of a session's unanswered commands
 * @param sessions how long they live, and what they may ask
 * @param lease what a leader may answer reads by
 */
public record Settings(
    long heartbeat,
    long electionTimeout,
    long retry,
    long requestTimeout,
    int maxBatch,
    int maxPage,
    long maxQueue,
    long maxPending,
    Sessions sessions,
    Lease lease) {
  /**
   * What sessions go by.
   *
   * @param timeout of the log's time that a session may be silent before it expires
   * @param maxReads of a session that wait for an answer
   */
  public record Sessions(long timeout, int maxReads) {
    /** A day. */
    public static final long MAX_TIMEOUT = 24L * 3_600_000;

    /** 15 seconds, 100,000 reads. */
    public static final Sessions DEFAULT = new Sessions(15_000, 100_000);

    public Sessions {
      if (timeout < 1 || timeout > MAX_TIMEOUT || maxReads < 1) {
        throw new IllegalArgumentException(
            "a session's timeout is from 1 ms to a day, and it may have at least one read");
      }
    }
  }

  /**
   * The lease of a leader (Gray and Cheriton, "Leases", 1989), the same on all members.
   *
   * @param duration for which an acceptor that grants it promises no other ballot; 0: none is
   *     granted
   * @param drift by how much two members' monotonic clocks may part within that time. Safety rests
   *     on it
   */
  public record Lease(long duration, long drift) {
    /** No leases. */
    public static final Lease OFF = new Lease(0, 0);

    public Lease {
      if (duration < 0 || drift < 0 || (duration > 0 && drift >= duration)) {
        throw new IllegalArgumentException(
            "a lease is longer than what the clocks may part by, not "
                + duration
                + " and "
                + drift);
      }
    }

    /** How long it counts for the leader. */
    long counted() {
      return duration - drift;
    }
  }

  public static final Settings DEFAULT =
      new Settings(
          50,
          500,
          100,
          10_000,
          56 << 10,
          256 << 10,
          64 << 20,
          64 << 20,
          Sessions.DEFAULT,
          Lease.OFF);

  public Settings {
    if (heartbeat < 1
        || electionTimeout < 2 * heartbeat
        || retry < 1
        || requestTimeout < 1
        || maxBatch < 1
        || maxPage < 1
        || maxQueue < 1
        || maxPending < 1) {
      throw new IllegalArgumentException(
          "times and sizes are positive, and an election timeout spans two heartbeats at least");
    }
  }
}
