package dev.synod.web.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What somebody shows to say who he is. */
public sealed interface Credentials {
  /** Nothing. */
  record None() implements Credentials {}

  /** A name and a password (RFC 7617). */
  record Password(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return "Password[user=" + user + "]";
    }
  }

  /** A token (RFC 6750). */
  record Token(String token) implements Credentials {
    @Override
    public String toString() {
      return "Token[]";
    }
  }

  /** From the header {@code Authorization} of a request; what is not understood is nothing. */
  static Credentials of(@Nullable String authorization) {
    if (authorization == null) {
      return new None();
    }
    String shown = authorization.substring(authorization.indexOf(' ') + 1).trim();
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return new Token(shown);
    }
    if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      try {
        String pair = new String(Base64.getDecoder().decode(shown), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon >= 0) {
          return new Password(pair.substring(0, colon), pair.substring(colon + 1));
        }
      } catch (IllegalArgumentException notBase64) {
        // It is nothing then.
      }
    }
    return new None();
  }
}
