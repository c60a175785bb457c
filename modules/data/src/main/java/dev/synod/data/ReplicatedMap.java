package dev.synod.data;

import dev.synod.core.ReadLevel;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.Synod;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map that every member of a group has. Each write is decided by the group and applied exactly
 * once; reads are linearizable unless they ask for less.
 *
 * <p>Keys have 1 to {@code SynodOptions.maxKeyBytes} bytes of UTF-8, values at most {@code
 * maxValueBytes}; what exceeds that fails with {@link dev.synod.vertx.SynodException.TooLarge}
 * before anything happens. Other arguments that cannot be are an {@link IllegalArgumentException},
 * failures of the group another {@link dev.synod.vertx.SynodException}, values that the codec
 * cannot read a {@link io.vertx.core.json.DecodeException}: all of them end the Future, none is
 * thrown.
 *
 * <p>May be used from any thread. Futures complete, and watches are called, on the caller's
 * context. Objects with the same name are the same map; it costs nothing to have many, and a map is
 * there from its first use on.
 */
public interface ReplicatedMap<V> {
  /**
   * The map of that name, in the group of that member.
   *
   * @param name 1 to 128 characters
   * @param type of its values; see {@link Codec#of}
   */
  static <V> ReplicatedMap<V> of(Synod synod, String name, Class<V> type) {
    return of(synod, name, Codec.of(type));
  }

  /** The map of that name, in the group of that member, with values by that codec. */
  static <V> ReplicatedMap<V> of(Synod synod, String name, Codec<V> codec) {
    return new ReplicatedMapImpl<>(synod, name, codec);
  }

  /** Its name. */
  String name();

  /** What a key holds, linearizable; null if it is absent. */
  Future<@Nullable MapEntry<V>> get(String key);

  /** What a key holds; null if it is absent. */
  Future<@Nullable MapEntry<V>> get(String key, ReadLevel level);

  /** Writes, whatever the key holds. Always done; does not fetch the previous value. */
  Future<WriteResult<V>> put(String key, V value);

  /** Writes if the key is absent. */
  Future<WriteResult<V>> putIfAbsent(String key, V value);

  /** Writes if the key is not absent. */
  Future<WriteResult<V>> replace(String key, V value);

  /**
   * Writes if the key's value still has that version.
   *
   * @param version at least 0; 0 means that the key is absent
   */
  Future<WriteResult<V>> compareAndSet(String key, long version, V value);

  /** Removes a key; not done if it is absent. */
  Future<WriteResult<V>> remove(String key);

  /**
   * Removes a key if its value still has that version.
   *
   * @param version at least 1
   */
  Future<WriteResult<V>> remove(String key, long version);

  /**
   * The first entries whose key has a prefix, as of one slot.
   *
   * @param prefix empty for all
   * @param limit at least 1. If they have more than 64 MiB together this fails with {@link
   *     dev.synod.vertx.SynodException.TooLarge}: none is ever left out in silence
   * @return by rising key, as {@link String#compareTo} has it
   */
  Future<List<MapEntry<V>>> entries(String prefix, int limit, ReadLevel level);

  /** The same, after a key, which need not be there: the next page. */
  Future<List<MapEntry<V>>> entries(String prefix, int limit, String after, ReadLevel level);

  /** How many keys there are. */
  Future<Long> size(ReadLevel level);

  /**
   * Watches every change after a slot, none lost, none twice, each slot whole: first what changed
   * since, from the history of this member, or the whole map if that does not reach back so far;
   * then what changes from now on, as this member applies it. A watcher that is too slow gets the
   * whole map again instead of a queue without bound.
   *
   * @param fromSlot the caller knows the map as it was there: 0 if he knows nothing, or {@link
   *     Watch#slot} of an earlier watch, on this member or another. A member that is behind that
   *     slot catches up first; one that no member has decided yet is an {@link
   *     IllegalArgumentException}
   * @param events called on the caller's context; what it throws goes to that context's exception
   *     handler, and the watch goes on
   * @return the watch, before its first event
   */
  Future<Watch> watch(long fromSlot, Handler<MapEvent<V>> events);
}
