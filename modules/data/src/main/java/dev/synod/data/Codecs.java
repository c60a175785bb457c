package dev.synod.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.DatabindCodec;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The built-in codecs. */
final class Codecs {
  private record Functions<V>(
      Class<V> type, Function<V, Buffer> encoder, Function<Buffer, V> decoder) implements Codec<V> {
    @Override
    public Buffer encode(V value) {
      return encoder.apply(value);
    }

    @Override
    public V decode(Buffer bytes) {
      try {
        return decoder.apply(bytes);
      } catch (IllegalArgumentException bad) {
        throw new DecodeException("not of type " + type.getSimpleName() + ": " + shown(bytes), bad);
      }
    }
  }

  private static final Map<Class<?>, Codec<?>> BUILT_IN =
      Stream.of(
              new Functions<>(Buffer.class, value -> value, Buffer::copy),
              new Functions<>(byte[].class, Buffer::buffer, Buffer::getBytes),
              new Functions<>(String.class, Codecs::utf8, Codecs::text),
              new Functions<>(JsonObject.class, JsonObject::toBuffer, JsonObject::new),
              new Functions<>(JsonArray.class, JsonArray::toBuffer, JsonArray::new),
              plain(Boolean.class, Codecs::bool),
              plain(Byte.class, Byte::valueOf),
              plain(Short.class, Short::valueOf),
              plain(Integer.class, Integer::valueOf),
              plain(Long.class, Long::valueOf),
              plain(Float.class, Float::valueOf),
              plain(Double.class, Double::valueOf),
              plain(BigInteger.class, BigInteger::new),
              plain(BigDecimal.class, BigDecimal::new))
          .collect(Collectors.toUnmodifiableMap(Functions::type, codec -> codec));

  private Codecs() {}

  @SuppressWarnings("unchecked") // the map's key is the class of the codec's values
  static <V> Codec<V> of(Class<V> type) {
    if (type.isPrimitive()) {
      throw new IllegalArgumentException(
          "values are objects: use the class of the wrapper instead of " + type);
    }
    Codec<?> builtIn = BUILT_IN.get(type);
    if (builtIn != null) {
      return (Codec<V>) builtIn;
    }
    ObjectMapper mapper = DatabindCodec.mapper();
    return new Jackson<>(mapper, mapper.constructType(type));
  }

  private static <V> Functions<V> plain(Class<V> type, Function<String, V> parser) {
    return new Functions<>(
        type,
        value -> Buffer.buffer(value.toString()),
        bytes -> parser.apply(bytes.toString(StandardCharsets.UTF_8)));
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static Buffer utf8(String text) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return Buffer.buffer(bytes);
    } catch (CharacterCodingException half) {
      throw new EncodeException("the text has an unpaired surrogate, which UTF-8 cannot encode");
    }
  }

  private static String text(Buffer bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.getBytes()))
          .toString();
    } catch (CharacterCodingException bad) {
      throw new IllegalArgumentException("not UTF-8", bad);
    }
  }

  /** Returns the beginning of a value, for an error message. */
  private static String shown(Buffer bytes) {
    String text = bytes.getString(0, Math.min(bytes.length(), 40));
    return "'" + text + (bytes.length() > 40 ? "…' (" + bytes.length() + " bytes)" : "'");
  }

  /** Encodes objects as JSON with Jackson. */
  static final class Jackson<V> implements Codec<V> {
    private final JavaType type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    Jackson(ObjectMapper mapper, JavaType type) {
      this.type = type;
      this.writer = mapper.writerFor(type);
      this.reader = mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    @Override
    public Buffer encode(V value) {
      try {
        return Buffer.buffer(writer.writeValueAsBytes(value));
      } catch (JsonProcessingException bad) {
        throw new EncodeException(
            "no JSON for type "
                + type.getRawClass().getSimpleName()
                + ": "
                + bad.getOriginalMessage(),
            bad);
      }
    }

    @Override
    public V decode(Buffer bytes) {
      V value;
      try {
        value = reader.readValue(bytes.getBytes());
      } catch (JsonProcessingException bad) {
        throw bad(bytes, bad.getOriginalMessage(), bad);
      } catch (IOException bad) {
        throw bad(bytes, String.valueOf(bad.getMessage()), bad);
      }
      if (value == null) {
        throw bad(bytes, "a value is never null", null);
      }
      return value;
    }

    private DecodeException bad(Buffer bytes, String why, @Nullable Throwable cause) {
      return new DecodeException(
          "not of type " + type.getRawClass().getSimpleName() + ": " + shown(bytes) + ": " + why,
          cause);
    }
  }
}
