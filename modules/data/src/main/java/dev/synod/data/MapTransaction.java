package dev.synod.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * A transaction over several keys of a map: conditions, the operations that run if all conditions
 * hold, and the operations that run otherwise. A transaction is immutable; each method returns
 * another one with one more condition or operation.
 *
 * <pre>{@code
 * new MapTransaction<Integer>()
 *     .ifVersion("alice", alice.version())
 *     .ifVersion("bob", bob.version())
 *     .thenPut("alice", alice.value() - 10)
 *     .thenPut("bob", bob.value() + 10)
 *     .elseGet("alice")
 *     .elseGet("bob")
 * }</pre>
 *
 * <p>{@link ReplicatedMap#transact} checks the keys, values and numbers of a transaction.
 *
 * @param conditions conditions, at most 128; a transaction without conditions runs the operations
 *     of {@code then}
 * @param then operations that run if all conditions hold, in this order, at most 128
 * @param otherwise operations that run if a condition does not hold, in this order, at most 128
 */
public record MapTransaction<V>(
    List<Condition<V>> conditions, List<Operation<V>> then, List<Operation<V>> otherwise) {

  /** A condition on one key. */
  public sealed interface Condition<V> {
    /** Returns the key. */
    String key();

    /** Holds if the key is present. */
    record Present<V>(String key) implements Condition<V> {}

    /**
     * Holds if the value of the key has a version.
     *
     * @param version expected version, at least 0; 0 expects the key to be absent
     */
    record VersionEquals<V>(String key, long version) implements Condition<V> {}

    /**
     * Holds if the key is present and its value has the bytes that the codec writes for a value.
     */
    record ValueEquals<V>(String key, V value) implements Condition<V> {}
  }

  /** An operation on one key. */
  public sealed interface Operation<V> {
    /** Returns the key. */
    String key();

    /** Reads the entry of the key, as the operations before it left it. */
    record Get<V>(String key) implements Operation<V> {}

    /**
     * Sets the value of the key.
     *
     * @param timeToLive time to live of the value in milliseconds; 0 for that of the map through
     *     which the transaction runs ({@link ReplicatedMap#withTimeToLive})
     */
    record Put<V>(String key, V value, long timeToLive) implements Operation<V> {}

    /** Removes the key. */
    record Remove<V>(String key) implements Operation<V> {}
  }

  public MapTransaction {
    conditions = List.copyOf(conditions);
    then = List.copyOf(then);
    otherwise = List.copyOf(otherwise);
  }

  /** Creates a transaction without conditions and operations. */
  public MapTransaction() {
    this(List.of(), List.of(), List.of());
  }

  /** Adds the condition that a key is absent. */
  public MapTransaction<V> ifAbsent(String key) {
    return ifVersion(key, 0);
  }

  /** Adds the condition that a key is present. */
  public MapTransaction<V> ifPresent(String key) {
    return when(new Condition.Present<>(key));
  }

  /**
   * Adds the condition that the value of a key has a version.
   *
   * @param version expected version, at least 0; 0 expects the key to be absent
   */
  public MapTransaction<V> ifVersion(String key, long version) {
    return when(new Condition.VersionEquals<>(key, version));
  }

  /** Adds the condition that a key has a value, whose bytes are compared. */
  public MapTransaction<V> ifValue(String key, V value) {
    return when(new Condition.ValueEquals<>(key, value));
  }

  /** Adds an operation that reads the entry of a key if all conditions hold. */
  public MapTransaction<V> thenGet(String key) {
    return withThen(new Operation.Get<>(key));
  }

  /** Adds an operation that sets the value of a key if all conditions hold. */
  public MapTransaction<V> thenPut(String key, V value) {
    return thenPut(key, value, 0);
  }

  /**
   * Adds an operation that sets the value of a key if all conditions hold.
   *
   * @param timeToLive time to live of the value in milliseconds, up to 100 years
   */
  public MapTransaction<V> thenPut(String key, V value, long timeToLive) {
    return withThen(new Operation.Put<>(key, value, timeToLive));
  }

  /** Adds an operation that removes a key if all conditions hold. */
  public MapTransaction<V> thenRemove(String key) {
    return withThen(new Operation.Remove<>(key));
  }

  /** Adds an operation that reads the entry of a key if a condition does not hold. */
  public MapTransaction<V> elseGet(String key) {
    return withElse(new Operation.Get<>(key));
  }

  /** Adds an operation that sets the value of a key if a condition does not hold. */
  public MapTransaction<V> elsePut(String key, V value) {
    return elsePut(key, value, 0);
  }

  /**
   * Adds an operation that sets the value of a key if a condition does not hold.
   *
   * @param timeToLive time to live of the value in milliseconds, up to 100 years
   */
  public MapTransaction<V> elsePut(String key, V value, long timeToLive) {
    return withElse(new Operation.Put<>(key, value, timeToLive));
  }

  /** Adds an operation that removes a key if a condition does not hold. */
  public MapTransaction<V> elseRemove(String key) {
    return withElse(new Operation.Remove<>(key));
  }

  private MapTransaction<V> when(Condition<V> condition) {
    return new MapTransaction<>(with(conditions, condition), then, otherwise);
  }

  private MapTransaction<V> withThen(Operation<V> operation) {
    return new MapTransaction<>(conditions, with(then, operation), otherwise);
  }

  private MapTransaction<V> withElse(Operation<V> operation) {
    return new MapTransaction<>(conditions, then, with(otherwise, operation));
  }

  private static <T> List<T> with(List<T> list, T last) {
    return Stream.concat(list.stream(), Stream.of(last)).toList();
  }
}
