package dev.synod.storage;

import dev.synod.storage.config.Durability;
import dev.synod.storage.file.StorageException;

/**
 * Receives the progress of a store. The store calls it on its own thread, so it must return
 * quickly. A store with {@link Durability#MEMORY} never calls it, because {@link Store#durable}
 * advances before {@link Store#append} returns.
 */
public interface StoreListener {
  /** Reports that every record up to this number is durable; the number rises with each call. */
  void durable(long lsn);

  /**
   * Reports that the store has stopped permanently. Called at most once; {@link #durable} is not
   * called afterwards.
   */
  void failed(StorageException cause);
}
