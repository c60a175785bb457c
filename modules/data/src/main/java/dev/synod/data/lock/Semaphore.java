package dev.synod.data.lock;

import dev.synod.core.ReadLevel;
import dev.synod.data.claim.ResourceKind;
import dev.synod.vertx.Synod;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A semaphore that is replicated on every learner of a group. Requests are granted in their order;
 * a request for more permits than are free holds up those behind it. Permits end with the lease of
 * their holder.
 *
 * <p>Threading and errors are those of {@link ReplicatedLock}. All objects of one name have the
 * same number of permits while the semaphore is in use; otherwise requests fail with {@link
 * dev.synod.vertx.SynodException.Rejected}.
 */
public final class Semaphore {
  private final Claiming claiming;

  private Semaphore(Claiming claiming) {
    this.claiming = claiming;
  }

  /**
   * Returns the semaphore of that name.
   *
   * @param synod member or client of the group
   * @param name name of the semaphore, 1 to 128 characters
   * @param permits number of permits, at least 1
   * @throws IllegalArgumentException if the name or the number is invalid
   */
  public static Semaphore of(Synod synod, String name, int permits) {
    if (permits < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "semaphore '%s' has %d permits, but must have at least 1",
              name,
              permits));
    }
    return new Semaphore(Claiming.of(synod, ResourceKind.SEMAPHORE, name, permits));
  }

  /**
   * Returns the same semaphore, whose requests through the returned object have another lease.
   *
   * @param millis length of the lease in milliseconds, at least 100
   * @throws IllegalArgumentException if the length is out of bounds
   */
  public Semaphore withLease(long millis) {
    return new Semaphore(claiming.withLease(millis));
  }

  /** Returns the name of the semaphore. */
  public String name() {
    return claiming.name();
  }

  /** Requests permits, and waits until they are granted together. */
  public Future<Grant> acquire(int permits) {
    return claiming.claim(permits, "");
  }

  /**
   * Requests permits.
   *
   * @param timeout longest wait in milliseconds of the log's time from the slot of the request; 0
   *     does not wait
   * @return a future that fails with {@link GrantException.TimedOut} if the permits are not granted
   *     in time
   */
  public Future<Grant> acquire(int permits, long timeout) {
    return claiming.claim(permits, timeout, "");
  }

  /** Requests permits without waiting; the result is empty if they are not free. */
  public Future<Optional<Grant>> tryAcquire(int permits) {
    return ReplicatedLock.optional(acquire(permits, 0));
  }

  /** Returns the number of free permits at the given read level. */
  public Future<Integer> availablePermits(ReadLevel level) {
    return claiming
        .state(0, level)
        .map(
            state ->
                claiming.capacity() - state.holders().stream().mapToInt(Claimant::permits).sum());
  }

  /** Returns the holders at the given read level, by rising token. */
  public Future<List<Claimant>> holders(ReadLevel level) {
    return claiming.state(0, level).map(Claiming.State::holders);
  }

  /** Returns the waiters in their order at the given read level, at most so many. */
  public Future<List<Claimant>> waiters(int limit, ReadLevel level) {
    return claiming.state(Math.max(0, limit), level).map(Claiming.State::waiters);
  }
}
