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
    Sessions sessions) {
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

  public static final Settings DEFAULT =
      new Settings(50, 500, 100, 10_000, 56 << 10, 256 << 10, 64 << 20, 64 << 20, Sessions.DEFAULT);

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
