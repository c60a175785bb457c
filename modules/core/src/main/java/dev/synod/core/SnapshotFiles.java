package dev.synod.core;

import java.io.InputStream;

/**
 * A member's snapshots, in the world outside. No call waits: what is wanted is done on another
 * thread, in the order of the calls, and its end is told to the {@link Member} as named here. What
 * the disk refuses to write stops the member for good, like a refusal by its log.
 */
public interface SnapshotFiles {
  /** Bytes written to the log so far, with those it held when the member started; never falls. */
  long logBytes();

  /**
   * Writes the state of a slot to a snapshot; told by {@link Member#snapshotTaken} once it is
   * durable.
   */
  void take(long slot, StateMachine.Frozen state);

  /** A snapshot is not needed any more. */
  void drop(Snapshot snapshot);

  /** Reads a piece of a snapshot that a member asked for; told by {@link Member#chunkRead}. */
  void read(Snapshot snapshot, long offset, int length, String forMember);

  /** A snapshot of another member is about to be written; what was begun before is given up. */
  void begin(Snapshot snapshot);

  /** Writes a piece of the one that was begun; told by {@link Member#chunkWritten}. */
  void write(Snapshot snapshot, long offset, byte[] bytes);

  /**
   * All pieces are written. If they are what the snapshot says, makes it durable and reads it
   * ({@link Member#prepare(Snapshot, InputStream)}); told by {@link Member#snapshotReady}, else by
   * {@link Member#snapshotDamaged}.
   */
  void install(Snapshot snapshot);
}
