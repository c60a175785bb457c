package dev.synod.data;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;

/**
 * Converts values of one type to bytes and back. Every node that uses a map must use an equal codec
 * for it. A codec is called on the contexts of its users, possibly from several threads
 * concurrently.
 */
public interface Codec<V> {
  /**
   * Encodes a value.
   *
   * @throws io.vertx.core.json.EncodeException if the value cannot be encoded; the write then fails
   *     without effect
   */
  Buffer encode(V value);

  /**
   * Decodes a value. The codec must not keep the buffer; it copies what it needs.
   *
   * @throws io.vertx.core.json.DecodeException if the bytes are no value of this type
   */
  V decode(Buffer bytes);

  /**
   * Returns the built-in codec of a class. {@link Buffer} and {@code byte[]} are stored as they
   * are, {@link String} as UTF-8, numbers and {@link Boolean} as their decimal text. {@link
   * io.vertx.core.json.JsonObject}, {@link io.vertx.core.json.JsonArray} and every other class are
   * stored as JSON, the latter with the Jackson mapper of Vert.x ({@link
   * io.vertx.core.json.jackson.DatabindCodec#mapper}). Java serialization is never used.
   */
  static <V> Codec<V> of(Class<V> type) {
    return Codecs.of(type);
  }

  /**
   * Returns a JSON codec with the given Jackson mapper, for generic types and for custom settings.
   */
  static <V> Codec<V> json(ObjectMapper mapper, JavaType type) {
    return new Codecs.Jackson<>(mapper, type);
  }
}
