package dev.synod.data;

import dev.synod.data.machine.MapCodec;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks and encodes keys, values and times of one map, and decodes the results of its commands and
 * queries.
 */
final class EntryCodec<V> {
  final String name;
  final byte[] nameBytes;
  private final Codec<V> codec;
  private final int maxKey;
  private final int maxValue;

  EntryCodec(SynodOptions options, String name, Codec<V> codec) {
    if (name.isEmpty() || name.length() > MapCodec.MAX_NAME_CHARS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the name of a map must have 1 to %d characters, but '%s' has %d",
              MapCodec.MAX_NAME_CHARS,
              shown(name),
              name.length()));
    }
    this.name = name;
    this.nameBytes = utf8(name, "the name of a map");
    this.codec = codec;
    this.maxKey = Math.min(options.getMaxKeyBytes(), MapCodec.MAX_KEY_BYTES);
    this.maxValue = Math.min(options.getMaxValueBytes(), MapCodec.MAX_VALUE_BYTES);
  }

  byte[] key(String key) {
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

  Buffer value(String key, @Nullable V value) {
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

  String at(String key) {
    return String.format(Locale.ROOT, "key '%s' of map '%s'", shown(key), name);
  }

  static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /**
   * Encodes a text as UTF-8 and refuses an unpaired surrogate, which {@link String#getBytes} would
   * replace by '?', so that two keys could become equal.
   */
  static byte[] utf8(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))
          && Character.getType(text.codePointAt(i++)) == Character.SURROGATE) {
        throw new IllegalArgumentException(
            what + " has an unpaired surrogate, which UTF-8 cannot encode: '" + shown(text) + "'");
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  byte[] prefix(String prefix) {
    byte[] utf8 = utf8(prefix, "a prefix");
    if (utf8.length > maxKey) {
      throw tooLarge(utf8.length, maxKey, "the prefix", "maxKeyBytes");
    }
    return utf8;
  }

  long version(String key, long version, int least) {
    if (version < least) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the expected version of %s is %d, but must be at least %d",
              at(key),
              version,
              least));
    }
    return version;
  }

  long life(long millis) {
    if (millis < 1 || millis > MapCodec.MAX_LIFE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the time to live of values of map '%s' is %d ms, but must be 1 to %d",
              name,
              millis,
              MapCodec.MAX_LIFE));
    }
    return millis;
  }

  V decode(String key, Buffer value) {
    return ValueDecoder.decode(codec, name, key, value);
  }

  /** Decodes the answer to a question for a key. */
  @Nullable MapEntry<V> got(String key, byte[] answer) {
    ByteBuffer bytes = ByteBuffer.wrap(answer);
    long version = bytes.getLong();
    if (version == 0) {
      return null;
    }
    long slot = bytes.getLong();
    Buffer value = Buffer.buffer(answer).slice(bytes.position(), answer.length);
    return new MapEntry<>(key, decode(key, value), version, slot);
  }

  /** Decodes the result of a write of a key. */
  WriteResult<V> written(String key, long slot, byte[] result) {
    ByteBuffer bytes = ByteBuffer.wrap(result);
    int flags = bytes.get();
    long version = bytes.getLong();
    V previous = null;
    boolean done = (flags & MapCodec.DONE) != 0;
    if ((flags & MapCodec.HAS_PREVIOUS) != 0) {
      try {
        previous = decode(key, Buffer.buffer(result).slice(9, result.length));
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
}
