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
 * <p>{@link #append} belongs to one thread, the member's event loop; it never waits for the disk.
 * The other methods may be called from any thread. What waits is written by the store's own thread,
 * everything that waits in one write and one force; there is no artificial delay, a batch is what
 * arrived during the force before it. A record that nobody waits for ({@link LogRecord#awaited})
 * goes to disk with the next one that is awaited, on {@link #close}, or when it has lain for about
 * a second.
 *
 * <p>A write or a force that fails stops the store for good ({@link StoreListener#failed}): what
 * the disk holds after a failed force is not known, and trying again may report success for bytes
 * that are gone.
 */
public interface Store extends AutoCloseable {
  /**
   * Opens the store, and creates it if its directory is empty or absent. Reads the whole log: call
   * it where blocking is allowed.
   *
   * @throws StorageException if the directory cannot be used; {@link StorageException#kind} says
   *     why
   */
  static Store open(StoreOptions options, StoreListener listener) {
    if (options.durability() == Durability.MEMORY) {
      return new MemoryStore();
    }
    return GroupCommit.open(options, listener);
  }

  /** What the log held when it was opened. */
  Recovered recovered();

  /** The name this store drew by chance at its birth; never that of another one. */
  String storeId();

  /** How often it was opened, and what was drawn each time, so that copies can be told apart. */
  IncarnationHistory incarnationHistory();

  /**
   * Appends a record behind all others.
   *
   * <p>Once the store has failed the record is ignored, and its number never becomes durable: the
   * member is being stopped.
   *
   * @return its number in this run: 1, 2, 3, …
   * @throws IllegalArgumentException if a ballot's name or a value is too large to be stored
   * @throws IllegalStateException if the store is closed
   */
  long append(LogRecord record);

  /**
   * Every record with a number up to this one is durable, in the sense of the store's {@link
   * Durability}. In {@link Durability#MEMORY} that is always the last one appended.
   */
  long durable();

  /** Bytes appended and not yet durable: what the host slows down by. */
  long pendingBytes();

  /** Bytes written to the log so far, with those it held when it was opened; never falls. */
  long logBytes();

  /** The snapshots beside the log. */
  SnapshotStore snapshots();

  /**
   * How long the forces took, each of a whole batch. Empty where nothing is forced, in any other
   * {@link Durability} than FSYNC.
   */
  LatencyHistogram forces();

  /**
   * Writes and forces what waits, then lets go of the directory. Waits for it, unless called by the
   * listener. May be repeated.
   */
  @Override
  void close();
}
