package dev.synod.web.impl.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a map's value: a string if its bytes are valid UTF-8, otherwise <code>
 * {"base64": "…"}</code>; null for a removed entry.
 */
public final class ValueJson {
  private ValueJson() {}

  public static @Nullable Object toJson(@Nullable Buffer value) {
    if (value == null) {
      return null;
    }
    String text = text(value);
    return text != null
        ? text
        : new JsonObject().put("base64", Base64.getEncoder().encodeToString(value.getBytes()));
  }

  /** Returns the value as text; null if its bytes are not UTF-8. */
  public static @Nullable String text(Buffer value) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.getBytes()))
          .toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
