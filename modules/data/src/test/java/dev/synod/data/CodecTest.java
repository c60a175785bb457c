package dev.synod.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodecTest {
  record Order(String item, int count) {}

  /** Nothing that JSON could tell. */
  static final class Opaque {}

  private static <V> void assertForm(Class<V> type, V value, String bytes) {
    Codec<V> codec = Codec.of(type);
    assertThat(codec.encode(value)).isEqualTo(Buffer.buffer(bytes));
    assertThat(codec.decode(Buffer.buffer(bytes))).isEqualTo(value);
  }

  @Test
  void eachBuiltInTypeHasAFormThatAPersonCanRead() {
    assertForm(Buffer.class, Buffer.buffer("raw"), "raw");
    assertForm(byte[].class, new byte[] {'r', 'a', 'w'}, "raw");
    assertForm(String.class, "grün \uD83D\uDE00", "grün \uD83D\uDE00");
    assertForm(String.class, "", "");
    assertForm(JsonObject.class, new JsonObject().put("a", 1), "{\"a\":1}");
    assertForm(JsonArray.class, new JsonArray().add(1).add("x"), "[1,\"x\"]");
    assertForm(Boolean.class, true, "true");
    assertForm(Boolean.class, false, "false");
    assertForm(Byte.class, (byte) -1, "-1");
    assertForm(Short.class, (short) 300, "300");
    assertForm(Integer.class, Integer.MIN_VALUE, "-2147483648");
    assertForm(Long.class, Long.MAX_VALUE, "9223372036854775807");
    assertForm(Float.class, 0.1f, "0.1");
    assertForm(Double.class, 0.1, "0.1");
    assertForm(BigInteger.class, BigInteger.TEN.pow(30), "1" + "0".repeat(30));
    assertForm(BigDecimal.class, new BigDecimal("1.50"), "1.50");
    assertForm(Order.class, new Order("book", 2), "{\"item\":\"book\",\"count\":2}");
  }

  @Test
  void aGenericTypeTakesAMapperOfOnesOwn() {
    ObjectMapper mapper = new ObjectMapper();
    Codec<Map<String, List<Order>>> codec =
        Codec.json(mapper, mapper.constructType(new TypeReference<Map<String, List<Order>>>() {}));
    Map<String, List<Order>> value = Map.of("open", List.of(new Order("book", 1)));
    assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
  }

  @Test
  void whatIsNotOfTheTypeIsSaidSo() {
    assertBad(Integer.class, "12x", "not of type Integer: '12x'");
    assertBad(Boolean.class, "yes", "not of type Boolean: 'yes'");
    assertBad(JsonObject.class, "[1]", "");
    assertBad(Order.class, "{\"item\":1,\"price\":2}", "Unrecognized field \"price\"");
    assertBad(Order.class, "{\"item\":\"a\",\"count\":1} {}", "not of type Order");
    assertBad(Order.class, "null", "never null");
    assertBad(Order.class, "x".repeat(99), "(99 bytes)");
    assertThatThrownBy(() -> Codec.of(String.class).decode(Buffer.buffer(new byte[] {(byte) 0xC3})))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("not of type String");
  }

  private static void assertBad(Class<?> type, String bytes, String message) {
    assertThatThrownBy(() -> Codec.of(type).decode(Buffer.buffer(bytes)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatHasNoBytesIsNeverWritten() {
    assertThatThrownBy(() -> Codec.of(String.class).encode("half \uD83D"))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining("surrogate");
    assertThatThrownBy(() -> Codec.of(Opaque.class).encode(new Opaque()))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining("Opaque");
    assertThatThrownBy(() -> Codec.of(int.class)).hasMessageContaining("wrapper");
  }

  @Test
  void aDecodedBufferIsTheReadersOwn() {
    Buffer bytes = Buffer.buffer("raw");
    Codec.of(Buffer.class).decode(bytes).setByte(0, (byte) 'x');
    assertThat(bytes).isEqualTo(Buffer.buffer("raw"));
  }
}
