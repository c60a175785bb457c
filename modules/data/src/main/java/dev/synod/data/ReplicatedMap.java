package dev.synod.data;

import dev.synod.core.ReadLevel;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.Synod;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map that is replicated on every learner of a group. The group decides each write and applies it
 * exactly once; reads are linearizable unless a weaker {@link ReadLevel} is given.
 *
 * <p>A key has 1 to {@code SynodOptions.maxKeyBytes} bytes of UTF-8, a value at most {@code
 * maxValueBytes}. Errors never throw; they fail the future: {@link
 * dev.synod.vertx.SynodException.TooLarge} for a key or value above its limit, {@link
 * IllegalArgumentException} for another invalid argument, {@link dev.synod.vertx.SynodException}
 * for a failure of the group, {@link io.vertx.core.json.DecodeException} for a value that the codec
 * cannot decode.
 *
 * <p>Threading: every method may be called from any thread. Futures complete, and watches are
 * called, on the caller's context. Objects with the same name denote the same map; a map exists
 * from its first use, and an object holds no resources.
 */
public interface ReplicatedMap<V> {
  /**
   * Returns the map of that name with the built-in codec of a type.
   *
   * @param synod member or client of the group
   * @param name name of the map, 1 to 128 characters
   * @param type type of the values; see {@link Codec#of}
   */
  static <V> ReplicatedMap<V> of(Synod synod, String name, Class<V> type) {
    return of(synod, name, Codec.of(type));
  }

  /**
   * Returns the map of that name with the given codec.
   *
   * @param synod member or client of the group
   * @param name name of the map, 1 to 128 characters
   * @param codec codec of the values
   */
  static <V> ReplicatedMap<V> of(Synod synod, String name, Codec<V> codec) {
    return new ReplicatedMapImpl<>(synod, name, codec);
  }

  /** Returns the name of the map. */
  String name();

  /**
   * Returns the same map, whose writes through the returned object end: the key is removed when the
   * value has lived that long. The time is the log's time, counted from the slot of the write; it
   * follows the wall clock of the leader, and passes while the group is idle too. A write without a
   * time to live replaces one that has it, and stays. Watches receive the end as a removal.
   *
   * @param millis time to live of the values that are written, in milliseconds: 1 to 100 years
   * @throws IllegalArgumentException if the time is out of these bounds
   */
  ReplicatedMap<V> withTimeToLive(long millis);

  /** Returns the entry of a key, linearizable; null if the key is absent. */
  Future<@Nullable MapEntry<V>> get(String key);

  /** Returns the entry of a key at the given read level; null if the key is absent. */
  Future<@Nullable MapEntry<V>> get(String key, ReadLevel level);

  /**
   * Returns the present entries of some keys, as of one slot.
   *
   * @param keys keys, at most 1,000; more keys, or entries that exceed 64 MiB together, fail the
   *     future with {@link dev.synod.vertx.SynodException.TooLarge}
   * @return entries by key, in rising order of the keys; an absent key has none
   */
  Future<Map<String, MapEntry<V>>> getAll(Collection<String> keys, ReadLevel level);

  /** Sets the value of a key unconditionally. The result does not contain the previous value. */
  Future<WriteResult<V>> put(String key, V value);

  /** Sets the value of a key if the key is absent. */
  Future<WriteResult<V>> putIfAbsent(String key, V value);

  /** Sets the value of a key if the key is present. */
  Future<WriteResult<V>> replace(String key, V value);

  /**
   * Sets the value of a key if its current version equals the given version.
   *
   * @param version expected version, at least 0; 0 expects the key to be absent
   */
  Future<WriteResult<V>> compareAndSet(String key, long version, V value);

  /** Removes a key. The result has {@code done == false} if the key is absent. */
  Future<WriteResult<V>> remove(String key);

  /**
   * Removes a key if its current version equals the given version.
   *
   * @param version expected version, at least 1
   */
  Future<WriteResult<V>> remove(String key, long version);

  /**
   * Removes all keys that have a prefix. One command removes at most 500 keys, so that no command
   * holds the members; the call submits further commands until no key is left. The removal of more
   * than 500 keys is therefore not atomic: it takes several slots, a key that is written meanwhile
   * may stay or go, and some of the keys may be removed although the future fails.
   *
   * @param prefix prefix of the keys; empty for all keys
   * @return number of keys that were removed
   */
  Future<Long> removePrefix(String prefix);

  /**
   * Runs a transaction: its conditions are checked, and the operations of one of its branches run,
   * all in one slot and without another command in between. An operation sees the operations before
   * it. A watch receives all changes of the transaction in one event.
   *
   * <p>The future fails with {@link dev.synod.vertx.SynodException.TooLarge} if the transaction has
   * more than 128 conditions or operations of one branch, or more than 16 MiB or {@code
   * maxCommandBytes}; with {@link IllegalArgumentException} if the operations of a branch write a
   * key twice; and with {@link dev.synod.vertx.SynodException.Rejected} if the values that it would
   * return have more than 16 MiB together. The transaction had no effect then.
   */
  Future<TransactionResult<V>> transact(MapTransaction<V> transaction);

  /**
   * Returns the first entries whose key has a prefix, as of one slot.
   *
   * @param prefix prefix of the keys; empty for all keys
   * @param limit maximum number of entries, at least 1. If the entries exceed 64 MiB together, the
   *     future fails with {@link dev.synod.vertx.SynodException.TooLarge}; entries are never
   *     omitted silently
   * @return entries in rising order of the keys, as {@link String#compareTo} defines it
   */
  Future<List<MapEntry<V>>> entries(String prefix, int limit, ReadLevel level);

  /**
   * Returns the next page of entries: those whose key follows {@code after}, which need not be
   * present.
   */
  Future<List<MapEntry<V>>> entries(String prefix, int limit, String after, ReadLevel level);

  /** Returns the number of keys. */
  Future<Long> size(ReadLevel level);

  /**
   * Watches every change after a slot: none is lost, none is delivered twice, and the changes of
   * one slot come together. The watch first delivers the changes since that slot from this member's
   * history, or the whole map if the history does not reach back that far; then it delivers changes
   * as this member applies them. A watcher that is too slow gets the whole map again instead of an
   * unbounded queue.
   *
   * @param fromSlot slot up to which the caller knows the map: 0 if it knows nothing, or {@link
   *     Watch#slot} of an earlier watch at this or another member. A member that is behind that
   *     slot catches up first; a slot that the group has not decided yet is an {@link
   *     IllegalArgumentException}
   * @param events handler, called on the caller's context; an exception goes to that context's
   *     exception handler, and the watch continues
   * @return the watch, before its first event
   */
  Future<Watch> watch(long fromSlot, Handler<MapEvent<V>> events);

  /**
   * Watches the keys that have a prefix, as {@link #watch(long, Handler)} watches all keys. The
   * member filters the changes, its history and the first event, so that changes of other keys are
   * neither copied nor decoded.
   *
   * @param prefix prefix of the keys; empty for all keys
   */
  Future<Watch> watch(String prefix, long fromSlot, Handler<MapEvent<V>> events);

  /**
   * Watches one key, as {@link #watch(long, Handler)} watches all keys. A change of another key
   * costs this watch nothing.
   */
  Future<Watch> watchKey(String key, long fromSlot, Handler<MapEvent<V>> events);
}
