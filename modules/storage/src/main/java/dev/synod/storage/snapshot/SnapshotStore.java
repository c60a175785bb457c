package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.storage.file.StorageException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one member. Everything here waits for the disk, and belongs to one thread at a
 * time, which need not be the log's.
 *
 * <p>A write, or a force, that fails is a {@link StorageException}, and the member must stop: see
 * {@code Store}. What cannot be read, or is not what was written, is only not there.
 */
public interface SnapshotStore {
  /** Snapshots that are nowhere but in memory; published ones stay until they are dropped. */
  static SnapshotStore inMemory() {
    return new MemorySnapshots();
  }

  /** The newest one that is whole; null if there is none. */
  @Nullable Snapshot newest();

  /**
   * Begins to write one; a draft that was begun before is given up.
   *
   * @param slot whose state it will hold
   */
  Draft draft(long slot);

  /**
   * The bytes of a snapshot, to be read in order; what is damaged among them is an IOException.
   *
   * @throws StorageException if it is not there
   */
  InputStream read(Snapshot snapshot);

  /**
   * Reads a piece of a snapshot.
   *
   * @return none if it is not there, or damaged, or has no such piece
   */
  byte[] read(Snapshot snapshot, long offset, int length);

  /** Deletes one, if it is there. */
  void drop(Snapshot snapshot);

  /** A snapshot that is being written. After a crash it is as if it had never been begun. */
  interface Draft {
    /** Where its bytes go if they come in order; to be flushed before it is published. */
    OutputStream out();

    /** Where they go if they come in any order. */
    void write(long offset, byte[] bytes);

    /** Makes it durable; from now on it is the snapshot that is returned. */
    Snapshot publish();

    /**
     * Makes it durable if it has become this one.
     *
     * @return false if it is another one, or has holes; it is deleted then
     */
    boolean publish(Snapshot expected);
  }
}
