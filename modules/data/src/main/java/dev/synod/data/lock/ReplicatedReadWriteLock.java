package dev.synod.data.lock;

import dev.synod.data.claim.ResourceKind;
import dev.synod.vertx.Synod;

/**
 * A lock that many readers or one writer hold. Requests are granted in their order: a reader that
 * comes after a waiting writer waits behind it, so no writer waits for ever.
 *
 * <p>Threading and errors are those of {@link ReplicatedLock}.
 */
public final class ReplicatedReadWriteLock {
  private final ReplicatedLock readLock;
  private final ReplicatedLock writeLock;

  private ReplicatedReadWriteLock(Synod synod, String name) {
    int readers = Integer.MAX_VALUE;
    Claiming claiming = Claiming.of(synod, ResourceKind.READ_WRITE_LOCK, name, readers);
    readLock = new ReplicatedLock(claiming, 1);
    writeLock = new ReplicatedLock(claiming, readers);
  }

  /**
   * Returns the read-write lock of that name.
   *
   * @param synod member or client of the group
   * @param name name of the lock, 1 to 128 characters
   * @throws IllegalArgumentException if the name is invalid
   */
  public static ReplicatedReadWriteLock of(Synod synod, String name) {
    return new ReplicatedReadWriteLock(synod, name);
  }

  /** Returns the lock of readers, which many hold at a time. */
  public ReplicatedLock readLock() {
    return readLock;
  }

  /** Returns the lock of writers, which excludes readers and other writers. */
  public ReplicatedLock writeLock() {
    return writeLock;
  }
}
