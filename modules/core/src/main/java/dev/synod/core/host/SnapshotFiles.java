package dev.synod.core.host;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;

/**
 * The snapshot files of a member. No method blocks: the host executes the operations on another
 * thread in the order of the calls, and reports their completion to the method of {@code Member}
 * named here. A write error stops the member permanently, like an error of the log.
 */
public interface SnapshotFiles {
  /**
   * Returns the number of bytes written to the log, including those it held when the member
   * started; it never decreases.
   */
  long logBytes();

  /**
   * Writes the state of a slot to a snapshot. {@code Member#snapshotTaken} reports that it is
   * durable.
   */
  void take(long slot, StateMachine.Frozen state);

  /** Deletes a snapshot that is not needed any more. */
  void drop(Snapshot snapshot);

  /**
   * Reads a chunk of a snapshot on behalf of another member. {@code Member#chunkRead} receives it.
   */
  void read(Snapshot snapshot, long offset, int length, String forMember);

  /** Starts writing a snapshot of another member, and abandons an unfinished one. */
  void begin(Snapshot snapshot);

  /** Writes a chunk of the started snapshot. {@code Member#chunkWritten} reports it. */
  void write(Snapshot snapshot, long offset, byte[] bytes);

  /**
   * Finishes the started snapshot after its last chunk. If its length and checksum match, the host
   * makes it durable, reads it ({@code Member#prepare(Snapshot, InputStream)}) and calls {@code
   * Member#snapshotReady}; otherwise it calls {@code Member#snapshotDamaged}.
   */
  void install(Snapshot snapshot);
}
