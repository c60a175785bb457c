package dev.synod.web.auth;

import io.vertx.ext.auth.hashing.HashingStrategy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Password hashes (PBKDF2, RFC 8018), which deliberately take about 0.1 s of CPU time. A verified
 * password is remembered as a keyed digest, which is useless outside this process. Thread-safe.
 */
public final class Passwords {
  private static final Pattern HASH =
      Pattern.compile("\\$pbkdf2\\$it=[0-9]{1,7}\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  /** Number of iterations that OWASP recommends for HMAC-SHA-512. */
  private static final String ITERATIONS = "210000";

  private static final int SALT_BYTES = 16;
  private static final int MOST_REMEMBERED = 10_000;

  private final HashingStrategy strategy = HashingStrategy.load();
  private final byte[] key = random(32);
  private final Map<String, byte[]> right = new ConcurrentHashMap<>();

  /** No password is remembered yet. */
  public Passwords() {}

  /** Returns a hash for the users file. Takes about 0.1 s of CPU time. */
  public static String hash(String password) {
    return HashingStrategy.load()
        .hash(
            "pbkdf2",
            Map.of("it", ITERATIONS),
            Base64.getEncoder().withoutPadding().encodeToString(random(SALT_BYTES)),
            password);
  }

  /** Tells whether a text has the format of {@link #hash}. */
  static boolean isHash(String text) {
    Matcher parts = HASH.matcher(text);
    try {
      return parts.matches()
          && Base64.getDecoder().decode(parts.group(1)).length > 0
          && Base64.getDecoder().decode(parts.group(2)).length > 0;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }

  /**
   * Tells whether the password was verified for the hash before, without computing the hash again.
   */
  public boolean remembers(String hash, String password) {
    byte[] known = right.get(hash);
    return known != null && MessageDigest.isEqual(known, digest(password));
  }

  /** Verifies a password. Takes about 0.1 s of CPU time. */
  public boolean verify(String hash, String password) {
    if (!strategy.verify(hash, password)) {
      return false;
    }
    if (right.size() >= MOST_REMEMBERED) {
      right.clear();
    }
    right.put(hash, digest(password));
    return true;
  }

  private byte[] digest(String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException never) {
      throw new IllegalStateException("every Java has HmacSHA256", never);
    }
  }
}
