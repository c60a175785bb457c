package dev.synod.data.value;

import dev.synod.core.ReadLevel;
import dev.synod.data.coordination.CoordinationCodec;
import dev.synod.data.coordination.CoordinationMachine;
import dev.synod.data.coordination.Name;
import dev.synod.vertx.Synod;
import io.vertx.core.Future;
import java.nio.ByteBuffer;

/**
 * A counter of 64 bits that is replicated on every learner of a group. The group decides each
 * change and applies it exactly once, however often a request is sent again. A counter exists from
 * the beginning with the value 0.
 *
 * <p>Threading: every method may be called from any thread; futures complete on the caller's
 * context. A failed request fails its future with a {@link dev.synod.vertx.SynodException}. Objects
 * with the same name denote the same counter; an object holds no resources.
 */
public final class ReplicatedCounter {
  private final Synod synod;
  private final String name;
  private final byte[] utf8;

  private ReplicatedCounter(Synod synod, String name) {
    this.synod = synod;
    this.name = name;
    this.utf8 = Name.utf8("counter", name);
  }

  /**
   * Returns the counter of that name.
   *
   * @param synod member or client of the group
   * @param name name of the counter, 1 to 128 characters
   * @throws IllegalArgumentException if the name is invalid
   */
  public static ReplicatedCounter of(Synod synod, String name) {
    return new ReplicatedCounter(synod, name);
  }

  /** Returns the name of the counter. */
  public String name() {
    return name;
  }

  /** Returns the value, linearizable. */
  public Future<Long> get() {
    return get(ReadLevel.LINEARIZABLE);
  }

  /** Returns the value at the given read level. */
  public Future<Long> get(ReadLevel level) {
    return synod.query(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.COUNTER, utf8),
        level,
        (slot, answer) -> ByteBuffer.wrap(answer).getLong());
  }

  /**
   * Adds a number, and returns the new value. The value wraps around as a {@code long} does.
   *
   * @param delta number to add, which may be negative
   */
  public Future<Long> add(long delta) {
    return synod.submit(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.ADD, utf8, delta),
        (slot, result) -> ByteBuffer.wrap(result).getLong());
  }

  /**
   * Sets the value if it equals the expected one.
   *
   * @return a future that tells whether the value was set
   */
  public Future<Boolean> compareAndSet(long expected, long update) {
    return synod.submit(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.COMPARE_AND_SET, utf8, expected, update),
        (slot, result) -> result[0] == 1);
  }
}
