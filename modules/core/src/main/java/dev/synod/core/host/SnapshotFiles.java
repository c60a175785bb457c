package dev.synod.core.host;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;

/**
 * A member's snapshots, in the world outside. No call waits: what is wanted is done on another
 * thread, in the order of the calls, and its end is told to the {@code Member} as named here. What
 * the disk refuses to write stops the member for good, like a refusal by its log.
 */
public interface SnapshotFiles {
  /** Bytes written to the log so far, with those it held when the member started; never falls. */
  long logBytes();

  /**
   * Writes the state of a slot to a snapshot; told by {@code Member#snapshotTaken} once it is
   * durable.
   */
  void take(long slot, StateMachine.Frozen state);

  /** A snapshot is not needed any more. */
  void drop(Snapshot snapshot);

  /** Reads a piece of a snapshot that a member asked for; told by {@code Member#chunkRead}. */
  void read(Snapshot snapshot, long offset, int length, String forMember);

  /** A snapshot of another member is about to be written; what was begun before is given up. */
  void begin(Snapshot snapshot);

  /** Writes a piece of the one that was begun; told by {@code Member#chunkWritten}. */
  void write(Snapshot snapshot, long offset, byte[] bytes);

  /**
   * All pieces are written. If they are what the snapshot says, makes it durable and reads it
   * ({@code Member#prepare(Snapshot, InputStream)}); told by {@code Member#snapshotReady}, else by
   * {@code Member#snapshotDamaged}.
   */
  void install(Snapshot snapshot);
}
