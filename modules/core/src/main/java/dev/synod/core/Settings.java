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
 */
public record Settings(
    long heartbeat,
    long electionTimeout,
    long retry,
    long requestTimeout,
    int maxBatch,
    int maxPage,
    long maxQueue,
    long maxPending) {
  public static final Settings DEFAULT =
      new Settings(50, 500, 100, 10_000, 56 << 10, 256 << 10, 64 << 20, 64 << 20);

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
