package dev.synod.web.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The credentials of a request. */
public sealed interface Credentials {
  /** No credentials. */
  record None() implements Credentials {}

  /** A user name and a password (RFC 7617). */
  record Password(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return "Password[user=" + user + "]";
    }
  }

  /** A bearer token (RFC 6750). */
  record Token(String token) implements Credentials {
    @Override
    public String toString() {
      return "Token[]";
    }
  }

  /** Parses the header {@code Authorization}; malformed credentials become {@link None}. */
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
        // Malformed credentials become None.
      }
    }
    return new None();
  }
}
