package dev.synod.data;

import dev.synod.core.ReadLevel;
import dev.synod.core.Role;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.machine.MapView;
import dev.synod.data.map.KeyFilter;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A replicated map behind one member: submits commands and queries, and reads views of the map. */
final class ReplicatedMapImpl<V> implements ReplicatedMap<V> {
  /** Maximum size of the entries of one call, in bytes. */
  static final int MAX_BYTES = 64 << 20;

  /** Maximum number of keys of one call, all of which one turn of the member looks up. */
  static final int MAX_KEYS = 1_000;

  private final Synod synod;
  private final EntryCodec<V> entries;

  /** Time to live of the values that are written, in milliseconds; 0 if they stay. */
  private final long life;

  ReplicatedMapImpl(Synod synod, String name, Codec<V> codec) {
    this(synod, new EntryCodec<>(synod.options(), name, codec), 0);
  }

  private ReplicatedMapImpl(Synod synod, EntryCodec<V> entries, long life) {
    this.synod = synod;
    this.entries = entries;
    this.life = life;
  }

  @Override
  public String name() {
    return entries.name;
  }

  @Override
  public ReplicatedMap<V> withTimeToLive(long millis) {
    return new ReplicatedMapImpl<>(synod, entries, entries.life(millis));
  }

  @Override
  public Future<@Nullable MapEntry<V>> get(String key) {
    return get(key, ReadLevel.LINEARIZABLE);
  }

  @Override
  public Future<@Nullable MapEntry<V>> get(String key, ReadLevel level) {
    return checked(
        () -> {
          byte[] question = MapCodec.get(entries.nameBytes, entries.key(key));
          return synod.query(
              MapMachine.NAME, question, level, (slot, answer) -> entries.got(key, answer));
        });
  }

  @Override
  public Future<WriteResult<V>> put(String key, V value) {
    return write(MapCodec.PUT, key, 0, value);
  }

  @Override
  public Future<WriteResult<V>> putIfAbsent(String key, V value) {
    return write(MapCodec.PUT_IF_ABSENT, key, 0, value);
  }

  @Override
  public Future<WriteResult<V>> replace(String key, V value) {
    return write(MapCodec.REPLACE, key, 0, value);
  }

  @Override
  public Future<WriteResult<V>> compareAndSet(String key, long version, V value) {
    return write(MapCodec.COMPARE_AND_SET, key, version, value);
  }

  @Override
  public Future<WriteResult<V>> remove(String key) {
    return write(MapCodec.REMOVE, key, 0, null);
  }

  @Override
  public Future<WriteResult<V>> remove(String key, long version) {
    return write(MapCodec.REMOVE_VERSION, key, version, null);
  }

  private Future<WriteResult<V>> write(byte kind, String key, long version, @Nullable V value) {
    return checked(
        () -> {
          byte[] keyBytes = entries.key(key);
          entries.version(key, version, kind == MapCodec.REMOVE_VERSION ? 1 : 0);
          Buffer bytes = MapCodec.hasValue(kind) ? entries.value(key, value) : null;
          long lives = bytes == null ? 0 : life;
          MapCodec.Part write = new MapCodec.Part(kind, keyBytes, version, lives, bytes);
          return synod.submit(
              MapMachine.NAME,
              MapCodec.write(entries.nameBytes, write),
              (slot, result) -> entries.written(key, slot, result));
        });
  }

  @Override
  public Future<Long> removePrefix(String prefix) {
    return checked(
        () -> {
          byte[] command = MapCodec.removePrefix(entries.nameBytes, entries.prefix(prefix));
          Promise<Long> done = caller().promise();
          removeOn(command, 0, done);
          return done.future();
        });
  }

  /** Removes the next keys with a prefix, until none is left. */
  private void removeOn(byte[] command, long before, Promise<Long> done) {
    synod
        .submit(MapMachine.NAME, command, (slot, result) -> ByteBuffer.wrap(result))
        .onComplete(
            result -> {
              if (result.failed()) {
                done.fail(result.cause());
                return;
              }
              long removed = before + result.result().getLong();
              if (result.result().get() == 0) {
                done.complete(removed);
              } else {
                removeOn(command, removed, done);
              }
            });
  }

  @Override
  public Future<TransactionResult<V>> transact(MapTransaction<V> transaction) {
    return checked(
        () -> {
          TransactionCodec<V> codec = new TransactionCodec<>(synod.options(), entries, life);
          return synod.submit(
              MapMachine.NAME,
              codec.command(transaction),
              (slot, result) -> codec.result(transaction, slot, result));
        });
  }

  @Override
  public Future<Map<String, MapEntry<V>>> getAll(Collection<String> keys, ReadLevel level) {
    return checked(
        () -> {
          if (keys.size() > MAX_KEYS) {
            throw new SynodException.TooLarge(
                String.format(
                    Locale.ROOT,
                    "%d keys of map '%s' are requested, but at most %d are allowed: request them in parts",
                    keys.size(),
                    entries.name,
                    MAX_KEYS));
          }
          keys.forEach(entries::key);
          TreeSet<String> sorted = new TreeSet<>(keys);
          return viewed(level, maps -> maps.view(entries.name, sorted), MAX_KEYS)
              .map(ReplicatedMapImpl::byKey);
        });
  }

  private static <V> Map<String, MapEntry<V>> byKey(List<MapEntry<V>> entries) {
    Map<String, MapEntry<V>> byKey = new TreeMap<>();
    entries.forEach(entry -> byKey.put(entry.key(), entry));
    return byKey;
  }

  @Override
  public Future<List<MapEntry<V>>> entries(String prefix, int limit, ReadLevel level) {
    return scan(prefix, limit, "", level);
  }

  @Override
  public Future<List<MapEntry<V>>> entries(
      String prefix, int limit, String after, ReadLevel level) {
    return checked(
        () -> {
          entries.key(after);
          return scan(prefix, limit, after, level);
        });
  }

  private Future<List<MapEntry<V>>> scan(String prefix, int limit, String after, ReadLevel level) {
    return checked(
        () -> {
          if (limit < 1) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the limit of a scan of map '%s' is %d, but must be at least 1",
                    entries.name,
                    limit));
          }
          entries.prefix(prefix);
          EntryCodec.utf8(after, "a key");
          String start = after.isEmpty() ? null : after;
          return viewed(level, maps -> maps.view(entries.name, prefix, start), limit);
        });
  }

  /** Reads the entries of a view: it is taken on the member's context, and read here. */
  private Future<List<MapEntry<V>>> viewed(
      ReadLevel level, Function<MapMachine, MapView> view, int limit) {
    ContextInternal caller = caller();
    Promise<MapView> viewed = caller.promise();
    synod
        .context()
        .runOnContext(
            turn ->
                synod
                    .readable(level)
                    .map(at -> view.apply(synod.machine(MapMachine.NAME, MapMachine.class)))
                    .onComplete(taken -> NextPass.run(caller, () -> viewed.handle(taken))));
    return viewed
        .future()
        .compose(
            taken -> new ViewReader<>(caller, taken, entries, limit, MAX_BYTES, () -> true).read());
  }

  private ContextInternal caller() {
    return ((ContextInternal) synod.context()).owner().getOrCreateContext();
  }

  @Override
  public Future<Long> size(ReadLevel level) {
    return synod.query(
        MapMachine.NAME,
        MapCodec.size(entries.nameBytes),
        level,
        (slot, answer) -> ByteBuffer.wrap(answer).getLong());
  }

  @Override
  public Future<Watch> watch(long fromSlot, Handler<MapEvent<V>> events) {
    return watch(() -> KeyFilter.ALL, fromSlot, events);
  }

  @Override
  public Future<Watch> watch(String prefix, long fromSlot, Handler<MapEvent<V>> events) {
    return watch(
        () -> {
          entries.prefix(prefix);
          return KeyFilter.prefix(prefix);
        },
        fromSlot,
        events);
  }

  @Override
  public Future<Watch> watchKey(String key, long fromSlot, Handler<MapEvent<V>> events) {
    return watch(
        () -> {
          entries.key(key);
          return KeyFilter.key(key);
        },
        fromSlot,
        events);
  }

  private Future<Watch> watch(
      Supplier<KeyFilter> filter, long fromSlot, Handler<MapEvent<V>> events) {
    return checked(
        () -> {
          KeyFilter keys = filter.get();
          if (fromSlot < 0) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "map '%s' cannot be watched from slot %d: slots start at 1, and 0 means from the beginning",
                    entries.name,
                    fromSlot));
          }
          if (!synod.options().rolesOf(synod.member()).contains(Role.LEARNER)) {
            throw new SynodException.NotAdmitted(
                String.format(
                    Locale.ROOT,
                    "member '%s' is no learner and holds no maps: watch map '%s' at a learner or a client",
                    synod.member(),
                    entries.name));
          }
          return new MapWatch<>(synod, entries, keys, fromSlot, caller(), events).start();
        });
  }

  /** Turns an exception of the argument checks into a failed future. */
  private static <T extends @Nullable Object> Future<T> checked(Callable<Future<T>> call) {
    try {
      return call.call();
    } catch (Exception wrong) {
      return Future.failedFuture(wrong);
    }
  }
}
