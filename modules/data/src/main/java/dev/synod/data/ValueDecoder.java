package dev.synod.data;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import java.util.Locale;

/** Decodes values and names the key and map of a value that cannot be decoded. */
final class ValueDecoder {
  private ValueDecoder() {}

  static <V> V decode(Codec<V> codec, String map, String key, Buffer bytes) {
    try {
      return codec.decode(bytes);
    } catch (RuntimeException bad) {
      throw new DecodeException(
          String.format(
              Locale.ROOT,
              "the value of key '%s' in map '%s' cannot be decoded: %s; every node must use the same type for this map",
              key,
              map,
              bad.getMessage()),
          bad);
    }
  }
}
