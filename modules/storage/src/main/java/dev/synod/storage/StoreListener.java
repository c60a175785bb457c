package dev.synod.storage;

import dev.synod.storage.config.Durability;
import dev.synod.storage.file.StorageException;

/**
 * Hears from a store, on the store's own thread: return soon. A store in {@link Durability#MEMORY}
 * never calls it, since there {@link Store#durable} has moved when {@link Store#append} returns.
 */
public interface StoreListener {
  /** Every record up to this number is durable. Each call is higher than the one before. */
  void durable(long lsn);

  /**
   * The store has stopped for good and writes nothing any more. Called at most once; {@link
   * #durable} is not called after it.
   */
  void failed(StorageException cause);
}
