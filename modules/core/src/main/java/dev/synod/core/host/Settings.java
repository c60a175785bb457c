package dev.synod.core.host;

import dev.synod.core.Snapshot;

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
 * @param compaction when the log is cut, and how states travel
 * @param sessions how long they live, and what they may ask
 * @param lease what a leader may answer reads by
 * @param thrifty whether a leader sends an Accept to a phase-2 quorum first, and to the others when
 *     an answer is late
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
    Compaction compaction,
    Sessions sessions,
    Lease lease,
    boolean thrifty) {
  /**
   * How the log is kept short.
   *
   * @param after a snapshot is due when the log has grown by so much since the last one, and by as
   *     much as that has bytes: so no more is written for snapshots than for the log
   * @param retained of the log below a snapshot stay, for members that are only a little behind
   * @param lent of the log, or twice as much as the snapshot has bytes, may come behind a snapshot
   *     until it is cut off though somebody fetches that one, or learns what is behind it
   * @param chunk of a snapshot travel at once, at most {@link Snapshot#MAX_CHUNK}
   * @param window of chunks that are under way to a member
   * @param marker slots from one to the next at which members compare the hashes of their states
   */
  public record Compaction(
      long after, long retained, long lent, int chunk, int window, long marker) {
    /** 64 MiB, 16 MiB, 128 MiB, 48 KiB, 8 chunks, 1,024 slots. */
    public static final Compaction DEFAULT =
        new Compaction(64L << 20, 16L << 20, 128L << 20, Snapshot.MAX_CHUNK, 8, 1024);

    public Compaction {
      if (after < 1
          || retained < 0
          || lent < 0
          || chunk < 1
          || chunk > Snapshot.MAX_CHUNK
          || window < 1
          || marker < 1) {
        throw new IllegalArgumentException(
            "sizes and slots are positive, and a chunk has at most "
                + Snapshot.MAX_CHUNK
                + " bytes");
      }
    }
  }

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
    public long counted() {
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
          Compaction.DEFAULT,
          Sessions.DEFAULT,
          Lease.OFF,
          /* thrifty= */ false);

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
