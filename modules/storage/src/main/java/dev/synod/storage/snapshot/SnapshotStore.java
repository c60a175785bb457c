package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.storage.file.StorageException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one member. Every method blocks for the disk. One thread at a time may call
 * them, which need not be the thread of the log; {@link #read(Snapshot, long, int)} may be called
 * by another thread at the same time.
 *
 * <p>A failed write or force throws a {@link StorageException}, and the member must stop: see
 * {@code Store}. An unreadable or damaged snapshot is treated as absent.
 */
public interface SnapshotStore {
  /** Returns a store of snapshots in memory; published snapshots stay until they are dropped. */
  static SnapshotStore inMemory() {
    return new MemorySnapshots();
  }

  /** Returns the newest valid snapshot; null if there is none. */
  @Nullable Snapshot newest();

  /**
   * Starts to write a snapshot; an unfinished draft is abandoned.
   *
   * @param slot slot of the snapshot
   */
  Draft draft(long slot);

  /**
   * Returns the bytes of a snapshot; the stream throws an IOException at damaged bytes.
   *
   * @throws StorageException if the snapshot does not exist
   */
  InputStream read(Snapshot snapshot);

  /**
   * Reads a chunk of a snapshot.
   *
   * @return bytes of the chunk; empty if the snapshot does not exist, is damaged, or has no such
   *     chunk
   */
  byte[] read(Snapshot snapshot, long offset, int length);

  /** Deletes a snapshot, if it exists. */
  void drop(Snapshot snapshot);

  /** A snapshot that is being written. A crash removes it completely. */
  interface Draft {
    /** Returns a stream for writing the bytes in order; the caller flushes it before publishing. */
    OutputStream out();

    /** Writes bytes at any position. */
    void write(long offset, byte[] bytes);

    /**
     * Makes the snapshot durable and visible.
     *
     * @return its identity
     */
    Snapshot publish();

    /**
     * Makes the snapshot durable and visible if its identity matches.
     *
     * @return false if the bytes differ or are incomplete; the draft is deleted then
     */
    boolean publish(Snapshot expected);
  }
}
