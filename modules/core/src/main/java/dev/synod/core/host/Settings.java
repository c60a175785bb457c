package dev.synod.core.host;

import dev.synod.core.Snapshot;
import dev.synod.core.message.Value;

/**
 * Sizes and times of a member's roles. Times are milliseconds of the host's monotonic clock, sizes
 * are bytes.
 *
 * @param heartbeat interval between two heartbeats of a leader
 * @param electionTimeout silence after which a follower assumes that there is no leader, and after
 *     which a leader without a phase-2 quorum resigns
 * @param retry delay before an unanswered message is sent again
 * @param requestTimeout time after which a request of a session ends without a result
 * @param maxBatch maximum size of the commands in one value; a larger command gets a value of its
 *     own
 * @param maxPage maximum size of the entries in one Promise or Learned
 * @param maxQueue maximum size of the commands that wait at the leader
 * @param maxPending maximum size of the unanswered commands of a session
 * @param compaction when the log is compacted and how snapshots travel
 * @param sessions limits of sessions
 * @param lease lease of the leader for reads
 * @param thrifty whether a leader sends an Accept to a phase-2 quorum first, and to the other
 *     acceptors when a reply is late
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
   * Compaction of the log and transfer of snapshots.
   *
   * @param after growth of the log after which a snapshot is due; the log must also have grown by
   *     the size of the last snapshot, so that snapshots never write more than the log does
   * @param retained size of the log kept below a snapshot, for members that lag a little
   * @param lent size that the log may grow behind a snapshot that a member is fetching, before the
   *     log is compacted regardless; at least twice the size of the snapshot
   * @param chunk size of a snapshot chunk, at most {@link Snapshot#MAX_CHUNK}
   * @param window number of chunks in flight to a member
   * @param marker distance in slots between two comparisons of state hashes
   */
  public record Compaction(
      long after, long retained, long lent, int chunk, int window, long marker) {
    /** The default: 64 MiB, 16 MiB, 128 MiB, 48 KiB, 8 chunks, 1,024 slots. */
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
            "sizes and slots must be positive, and a chunk may have at most "
                + Snapshot.MAX_CHUNK
                + " bytes");
      }
    }
  }

  /**
   * Limits of sessions.
   *
   * @param timeout silence in milliseconds of the log's time after which a session expires
   * @param maxReads maximum number of reads of a session that wait for an answer
   */
  public record Sessions(long timeout, int maxReads) {
    /** Maximum timeout of a session: one day. */
    public static final long MAX_TIMEOUT = 24L * 3_600_000;

    /** The default: 15 seconds and 100,000 reads. */
    public static final Sessions DEFAULT = new Sessions(15_000, 100_000);

    public Sessions {
      if (timeout < 1 || timeout > MAX_TIMEOUT || maxReads < 1) {
        throw new IllegalArgumentException(
            "the timeout of a session must be from 1 ms to one day, and the number of reads at"
                + " least 1");
      }
    }
  }

  /**
   * The lease of a leader (Gray and Cheriton, "Leases", 1989). The drift is equal on all members;
   * an acceptor grants no longer lease than its own setting.
   *
   * @param duration time in which an acceptor that grants the lease promises no other ballot; 0
   *     grants none
   * @param drift maximum drift between the monotonic clocks of two members within that time; safety
   *     of lease reads depends on it
   */
  public record Lease(long duration, long drift) {
    /** No leases. */
    public static final Lease OFF = new Lease(0, 0);

    public Lease {
      if (duration < 0 || drift < 0 || (duration > 0 && drift >= duration)) {
        throw new IllegalArgumentException(
            "a lease must be longer than the clock drift, but is " + duration + " and " + drift);
      }
    }

    /** Returns the time for which the leader relies on a lease. */
    public long counted() {
      return duration - drift;
    }
  }

  /** Returns a copy with another lease. */
  public Settings withLease(Lease lease) {
    return new Settings(
        heartbeat,
        electionTimeout,
        retry,
        requestTimeout,
        maxBatch,
        maxPage,
        maxQueue,
        maxPending,
        compaction,
        sessions,
        lease,
        thrifty);
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
        || maxBatch > Value.MAX_BLOCK
        || maxPage < 1
        || maxPage > Value.MAX_BLOCK
        || maxQueue < 1
        || maxPending < 1) {
      throw new IllegalArgumentException(
          "times and sizes must be positive, the election timeout must be at least two heartbeats,"
              + " and a batch and a page may have at most "
              + Value.MAX_BLOCK
              + " bytes");
    }
  }
}
