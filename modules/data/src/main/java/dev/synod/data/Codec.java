package dev.synod.data;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;

/**
 * How values of a type are written as bytes, the same on every node that uses them. Called on the
 * contexts of its users, several at a time perhaps.
 */
public interface Codec<V> {
  /**
   * The bytes of a value.
   *
   * @throws io.vertx.core.json.EncodeException if it has none; the write then never happens
   */
  Buffer encode(V value);

  /**
   * The value of these bytes, which must not be kept: copy what is needed of them.
   *
   * @throws io.vertx.core.json.DecodeException if they are none of a value of this type
   */
  V decode(Buffer bytes);

  /**
   * The codec of a class. {@link Buffer} and {@code byte[]} as they are; {@link String} as UTF-8;
   * numbers and {@link Boolean} as their decimal text; {@link io.vertx.core.json.JsonObject},
   * {@link io.vertx.core.json.JsonArray} and all others as JSON, these by Jackson's databind with
   * the mapper of Vert.x ({@link io.vertx.core.json.jackson.DatabindCodec#mapper}). Never Java
   * serialization.
   */
  static <V> Codec<V> of(Class<V> type) {
    return Codecs.of(type);
  }

  /** JSON by this mapper, for generic types and for settings of one's own. */
  static <V> Codec<V> json(ObjectMapper mapper, JavaType type) {
    return new Codecs.Jackson<>(mapper, type);
  }
}
