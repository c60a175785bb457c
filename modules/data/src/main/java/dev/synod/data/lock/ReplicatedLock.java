package dev.synod.data.lock;

import dev.synod.core.ReadLevel;
import dev.synod.data.claim.ResourceKind;
import dev.synod.vertx.Synod;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A lock that is replicated on every learner of a group: one holder at a time, in the order of the
 * requests. The lock is not re-entrant: a second request waits, also of the same caller.
 *
 * <p>A holder that dies keeps the lock until its lease ends, and a waiter that dies leaves the
 * queue then. The lease is 5 seconds long unless {@link #withLease} sets another length, and is
 * counted in the log's time. The member renews it while it runs.
 *
 * <p>Threading: every method may be called from any thread; futures complete on the caller's
 * context, and no thread is blocked while a request waits. A failed request fails its future with a
 * {@link GrantException}, a {@link dev.synod.vertx.SynodException} or an {@link
 * IllegalArgumentException}. Objects with the same name denote the same lock; an object holds no
 * resources.
 */
public final class ReplicatedLock {
  private final Claiming claiming;
  private final int permits;

  ReplicatedLock(Claiming claiming, int permits) {
    this.claiming = claiming;
    this.permits = permits;
  }

  /**
   * Returns the lock of that name.
   *
   * @param synod member or client of the group
   * @param name name of the lock, 1 to 128 characters
   * @throws IllegalArgumentException if the name is invalid
   */
  public static ReplicatedLock of(Synod synod, String name) {
    return new ReplicatedLock(Claiming.of(synod, ResourceKind.LOCK, name, 1), 1);
  }

  /**
   * Returns the same lock, whose requests through the returned object have another lease.
   *
   * @param millis length of the lease in milliseconds, at least 100
   * @throws IllegalArgumentException if the length is out of bounds
   */
  public ReplicatedLock withLease(long millis) {
    return new ReplicatedLock(claiming.withLease(millis), permits);
  }

  /** Returns the name of the lock. */
  public String name() {
    return claiming.name();
  }

  /** Requests the lock, and waits until it is granted. */
  public Future<Grant> lock() {
    return claiming.claim(permits, "");
  }

  /**
   * Requests the lock. A time-out is decided by the group, so a request that has timed out is never
   * granted later.
   *
   * @param timeout longest wait in milliseconds of the log's time from the slot of the request; 0
   *     does not wait
   * @return a future that fails with {@link GrantException.TimedOut} if the lock is not granted in
   *     time
   */
  public Future<Grant> lock(long timeout) {
    return claiming.claim(permits, timeout, "");
  }

  /** Requests the lock without waiting; the result is empty if the lock is not free. */
  public Future<Optional<Grant>> tryLock() {
    return optional(lock(0));
  }

  static Future<Optional<Grant>> optional(Future<Grant> granted) {
    return granted
        .map(Optional::of)
        .recover(
            failure ->
                failure instanceof GrantException.TimedOut
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(failure));
  }

  /**
   * Returns the holder at the given read level; empty if the lock is free. Of several readers of a
   * read-write lock the last one is returned.
   */
  public Future<Optional<Claimant>> holder(ReadLevel level) {
    return claiming.state(0, level).map(state -> last(state.holders()));
  }

  static Optional<Claimant> last(List<Claimant> claimants) {
    return claimants.isEmpty()
        ? Optional.empty()
        : Optional.of(claimants.get(claimants.size() - 1));
  }

  /** Returns the waiters in their order at the given read level, at most so many. */
  public Future<List<Claimant>> waiters(int limit, ReadLevel level) {
    return claiming.state(Math.max(0, limit), level).map(Claiming.State::waiters);
  }

  /** Runs an action while the lock is held, and releases the lock when the action has ended. */
  public <T> Future<T> withLock(Function<Grant, Future<T>> action) {
    return lock().compose(grant -> Claiming.releasing(grant, action));
  }
}
