package dev.synod.storage;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.metrics.LatencyHistogram;
import dev.synod.storage.snapshot.SnapshotStore;

/**
 * The durable log of one member.
 *
 * <p>Threading: {@link #append} is called on one thread, the member's event loop, and never waits
 * for the disk; the other methods may be called from any thread. The store's own thread writes all
 * pending records with one write and one force. There is no artificial delay: a batch consists of
 * the records that arrived during the previous force. A record that is not awaited ({@link
 * LogRecord#awaited}) is written with the next awaited one, on {@link #close}, or after about a
 * second.
 *
 * <p>A failed write or force stops the store permanently ({@link StoreListener#failed}): the
 * contents of the disk after a failed force are unknown, and a retry may report success for lost
 * bytes.
 */
public interface Store extends AutoCloseable {
  /**
   * Opens the store, or creates it if its directory is empty or absent. Reads the whole log and
   * blocks the calling thread.
   *
   * @throws StorageException if the directory cannot be used; {@link StorageException#kind} gives
   *     the reason
   */
  static Store open(StoreOptions options, StoreListener listener) {
    if (options.durability() == Durability.MEMORY) {
      return new MemoryStore();
    }
    return GroupCommit.open(options, listener);
  }

  /** Returns the contents of the log when it was opened. */
  Recovered recovered();

  /** Returns the random identity of this store, drawn when it was created. */
  String storeId();

  /** Returns the openings of this store with their tokens, which distinguish it from a copy. */
  IncarnationHistory incarnationHistory();

  /**
   * Appends a record.
   *
   * <p>After a failure of the store the record is ignored and its number never becomes durable,
   * because the member is being stopped.
   *
   * @return number of the record since the start of the store: 1, 2, 3, …
   * @throws IllegalArgumentException if a ballot's name or a value is too large
   * @throws IllegalStateException if the store is closed
   */
  long append(LogRecord record);

  /**
   * Returns the number up to which every record is durable in the sense of the store's {@link
   * Durability}. With {@link Durability#MEMORY} this is the last record.
   */
  long durable();

  /**
   * Returns the size of the records that are not durable yet, in bytes; the host slows down by it.
   */
  long pendingBytes();

  /**
   * Returns the number of bytes written to the log, including those it held when it was opened; it
   * never decreases.
   */
  long logBytes();

  /** Returns the snapshots of this store. */
  SnapshotStore snapshots();

  /**
   * Returns the latencies of the log forces, each of a whole batch; empty unless the durability is
   * FSYNC.
   */
  LatencyHistogram forces();

  /**
   * Writes and forces pending records and releases the directory. Blocks until this is done, unless
   * the listener calls it. Further calls have no effect.
   */
  @Override
  void close();
}
