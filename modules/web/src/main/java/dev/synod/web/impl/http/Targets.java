package dev.synod.web.impl.http;

import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks the targets of requests (RFC 9112, section 3.2) before routes interpret them. */
public final class Targets {
  private Targets() {}

  /**
   * Refuses a target that is not ASCII, or whose escapes are not UTF-8. A lenient decoder would map
   * two such targets to the same key.
   */
  public static void check(RoutingContext ctx) {
    String uri = ctx.request().uri();
    byte[] bytes = new byte[uri.length()];
    int length = 0;
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c >= 127) {
        throw Params.bad("the address has a character that must be escaped, as UTF-8");
      }
      if (c == '%') {
        int high = i + 2 < uri.length() ? Character.digit(uri.charAt(i + 1), 16) : -1;
        int low = i + 2 < uri.length() ? Character.digit(uri.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw Params.bad("in the address a % is not followed by two hexadecimal digits");
        }
        bytes[length++] = (byte) (16 * high + low);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
    } catch (CharacterCodingException notText) {
      throw Params.bad("the escapes in the address are not UTF-8");
    }
    ctx.next();
  }
}
