package dev.synod.data;

import dev.synod.core.ReadLevel;
import dev.synod.core.Role;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.machine.MapView;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.DecodeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A replicated map behind one member: validates arguments, encodes commands, submits them and
 * decodes the results.
 */
final class ReplicatedMapImpl<V> implements ReplicatedMap<V> {
  /** Maximum size of the entries of one call, in bytes. */
  static final int MAX_BYTES = 64 << 20;

  private final Synod synod;
  private final String name;
  private final byte[] nameBytes;
  private final Codec<V> codec;
  private final int maxKey;
  private final int maxValue;

  /** Time to live of the values that are written, in milliseconds; 0 if they stay. */
  private final long life;

  ReplicatedMapImpl(Synod synod, String name, Codec<V> codec) {
    this(synod, name, codec, 0);
  }

  private ReplicatedMapImpl(Synod synod, String name, Codec<V> codec, long life) {
    if (name.isEmpty() || name.length() > MapCodec.MAX_NAME_CHARS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the name of a map must have 1 to %d characters, but '%s' has %d",
              MapCodec.MAX_NAME_CHARS,
              shown(name),
              name.length()));
    }
    this.synod = synod;
    this.name = name;
    this.nameBytes = utf8(name, "the name of a map");
    this.codec = codec;
    this.life = life;
    this.maxKey = Math.min(synod.options().getMaxKeyBytes(), MapCodec.MAX_KEY_BYTES);
    this.maxValue = Math.min(synod.options().getMaxValueBytes(), MapCodec.MAX_VALUE_BYTES);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ReplicatedMap<V> withTimeToLive(long millis) {
    if (millis < 1 || millis > MapCodec.MAX_LIFE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the time to live of values of map '%s' is %d ms, but must be 1 to %d",
              name,
              millis,
              MapCodec.MAX_LIFE));
    }
    return new ReplicatedMapImpl<>(synod, name, codec, millis);
  }

  @Override
  public Future<@Nullable MapEntry<V>> get(String key) {
    return get(key, ReadLevel.LINEARIZABLE);
  }

  @Override
  public Future<@Nullable MapEntry<V>> get(String key, ReadLevel level) {
    return checked(
        () -> {
          byte[] question = MapCodec.get(nameBytes, key(key));
          return synod.query(MapMachine.NAME, question, level, (slot, answer) -> got(key, answer));
        });
  }

  private @Nullable MapEntry<V> got(String key, byte[] answer) {
    ByteBuffer bytes = ByteBuffer.wrap(answer);
    long version = bytes.getLong();
    if (version == 0) {
      return null;
    }
    long slot = bytes.getLong();
    Buffer value = Buffer.buffer(answer).slice(bytes.position(), answer.length);
    return new MapEntry<>(key, ValueDecoder.decode(codec, name, key, value), version, slot);
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
          byte[] keyBytes = key(key);
          int least = kind == MapCodec.REMOVE_VERSION ? 1 : 0;
          if (version < least) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the expected version of %s is %d, but must be at least %d",
                    at(key),
                    version,
                    least));
          }
          Buffer bytes = MapCodec.hasValue(kind) ? value(key, value) : null;
          long lives = bytes == null ? 0 : life;
          byte[] command = MapCodec.command(kind, nameBytes, keyBytes, version, lives, bytes);
          return synod.submit(
              MapMachine.NAME, command, (slot, result) -> written(key, slot, result));
        });
  }

  private WriteResult<V> written(String key, long slot, byte[] result) {
    ByteBuffer bytes = ByteBuffer.wrap(result);
    int flags = bytes.get();
    long version = bytes.getLong();
    V previous = null;
    boolean done = (flags & MapCodec.DONE) != 0;
    if ((flags & MapCodec.HAS_PREVIOUS) != 0) {
      try {
        previous =
            ValueDecoder.decode(codec, name, key, Buffer.buffer(result).slice(9, result.length));
      } catch (DecodeException bad) {
        // The write itself succeeded; only its result cannot be decoded.
        throw new DecodeException(
            String.format(
                Locale.ROOT,
                "the write was %s at slot %d, but the previous value cannot be decoded: %s",
                done ? "done" : "decided without effect",
                slot,
                bad.getMessage()),
            bad);
      }
    }
    return new WriteResult<>(done, slot, version, previous);
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
          key(after);
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
                    name,
                    limit));
          }
          byte[] prefixBytes = utf8(prefix, "a prefix");
          if (prefixBytes.length > maxKey) {
            throw tooLarge(prefixBytes.length, maxKey, "the prefix", "maxKeyBytes");
          }
          utf8(after, "a key");
          return scanned(prefix, limit, after.isEmpty() ? null : after, level);
        });
  }

  /** Reads the entries as of one slot: a view on the member's context, its entries here. */
  private Future<List<MapEntry<V>>> scanned(
      String prefix, int limit, @Nullable String after, ReadLevel level) {
    ContextInternal member = (ContextInternal) synod.context();
    ContextInternal caller = member.owner().getOrCreateContext();
    Promise<MapView> viewed = caller.promise();
    member.runOnContext(
        turn ->
            synod
                .readable(level)
                .map(at -> synod.machine(MapMachine.NAME, MapMachine.class))
                .map(maps -> maps.view(name, prefix, after))
                .onComplete(view -> NextPass.run(caller, () -> viewed.handle(view))));
    return viewed
        .future()
        .compose(
            view ->
                new ViewReader<>(caller, view, name, codec, limit, MAX_BYTES, () -> true).read());
  }

  @Override
  public Future<Long> size(ReadLevel level) {
    return synod.query(
        MapMachine.NAME,
        MapCodec.size(nameBytes),
        level,
        (slot, answer) -> ByteBuffer.wrap(answer).getLong());
  }

  @Override
  public Future<Watch> watch(long fromSlot, Handler<MapEvent<V>> events) {
    return checked(
        () -> {
          if (fromSlot < 0) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "map '%s' cannot be watched from slot %d: slots start at 1, and 0 means from the beginning",
                    name,
                    fromSlot));
          }
          if (!synod.options().rolesOf(synod.member()).contains(Role.LEARNER)) {
            throw new SynodException.NotAdmitted(
                String.format(
                    Locale.ROOT,
                    "member '%s' is no learner and holds no maps: watch map '%s' at a learner or a client",
                    synod.member(),
                    name));
          }
          ContextInternal caller = (ContextInternal) synod.context().owner().getOrCreateContext();
          return new MapWatch<>(synod, name, codec, fromSlot, caller, events).start();
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

  private byte[] key(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a key of map '%s' is empty", name));
    }
    byte[] utf8 = utf8(key, "a key");
    if (utf8.length > maxKey) {
      throw tooLarge(utf8.length, maxKey, at(key), "maxKeyBytes");
    }
    return utf8;
  }

  private Buffer value(String key, @Nullable V value) {
    if (value == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "the value of %s is null: remove the key instead", at(key)));
    }
    Buffer bytes = codec.encode(value);
    if (bytes.length() > maxValue) {
      throw tooLarge(bytes.length(), maxValue, "the value of " + at(key), "maxValueBytes");
    }
    return bytes;
  }

  private static SynodException.TooLarge tooLarge(
      int actual, int allowed, String what, String option) {
    return new SynodException.TooLarge(
        String.format(
            Locale.ROOT,
            "%s has %d bytes, but at most %d are allowed (SynodOptions.%s)",
            what,
            actual,
            allowed,
            option));
  }

  private String at(String key) {
    return String.format(Locale.ROOT, "key '%s' of map '%s'", shown(key), name);
  }

  private static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /**
   * Encodes a text as UTF-8 and refuses an unpaired surrogate, which {@link String#getBytes} would
   * replace by '?', so that two keys could become equal.
   */
  private static byte[] utf8(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))
          && Character.getType(text.codePointAt(i++)) == Character.SURROGATE) {
        throw new IllegalArgumentException(
            what + " has an unpaired surrogate, which UTF-8 cannot encode: '" + shown(text) + "'");
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
