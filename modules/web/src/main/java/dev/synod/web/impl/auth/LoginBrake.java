package dev.synod.web.impl.auth;

import dev.synod.web.auth.Credentials;
import dev.synod.web.impl.http.TooManyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Limits the examinations of credentials. An examination takes a token before it begins, because it
 * may be the hash of a password, and the token is given back if the credentials are right. Tokens
 * are counted for each user at each address, so that the failures of one user do not delay another
 * user, and for each address, so that invented users are limited as well. Credentials that were
 * right recently need no token. Safe on all threads.
 */
final class LoginBrake {
  /** Number of failures at once of one user at one address; afterwards one in ten seconds. */
  private static final int USER_FAILURES = 20;

  private static final double USER_FAILURES_PER_SECOND = 0.1;

  /** The same for all users at one address; five hashes a second take half a processor. */
  private static final int ADDRESS_FAILURES = 200;

  private static final double ADDRESS_FAILURES_PER_SECOND = 5;

  /** Maximum number of examinations of one address that run or wait. */
  private static final int MOST_PENDING = 16;

  private static final long PENDING_WAIT_MILLIS = 1_000;
  private static final int MOST_RECOGNISED = 10_000;

  private final RateLimiter users;
  private final RateLimiter addresses;
  private final Map<String, Integer> pending = new HashMap<>();
  private final SecretKeySpec key;
  private final Set<String> recognised =
      Collections.newSetFromMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST_RECOGNISED;
            }
          });

  LoginBrake(LongSupplier nanoTime) {
    this.users = new RateLimiter(USER_FAILURES_PER_SECOND, USER_FAILURES, nanoTime);
    this.addresses = new RateLimiter(ADDRESS_FAILURES_PER_SECOND, ADDRESS_FAILURES, nanoTime);
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** An examination that has taken its token; it ends with exactly one call of its methods. */
  final class Examination {
    private final String address;
    private final String user;
    private final String digest;
    private final boolean free;

    private Examination(String address, String user, String digest, boolean free) {
      this.address = address;
      this.user = user;
      this.digest = digest;
      this.free = free;
    }

    /** Ends the examination: the credentials are right. */
    void right() {
      end(true, true);
    }

    /** Ends the examination: the credentials are wrong. */
    void wrong() {
      end(false, false);
    }

    /** Ends the examination without a result. */
    void unknown() {
      end(true, false);
    }

    private void end(boolean refund, boolean right) {
      synchronized (LoginBrake.this) {
        if (right) {
          recognised.add(digest);
        } else {
          recognised.remove(digest);
        }
        if (!free) {
          pending.computeIfPresent(address, (of, count) -> count == 1 ? null : count - 1);
          if (refund) {
            users.giveBack(user);
            addresses.giveBack(address);
          }
        }
      }
    }
  }

  /**
   * Takes the token of an examination.
   *
   * @throws TooManyException if there were too many failures, or if too many are under way
   */
  synchronized Examination pay(Credentials shown, String address) {
    String digest = digest(shown);
    String user = address + " " + user(shown);
    if (recognised.contains(digest)) {
      return new Examination(address, user, digest, true);
    }
    long wait = Math.max(users.look(user), addresses.look(address));
    if (wait > 0) {
      throw new TooManyException("too many attempts with wrong credentials", wait);
    } else if (pending.getOrDefault(address, 0) >= MOST_PENDING) {
      throw new TooManyException(
          String.format(
              Locale.ROOT, "%d logins from this address are being examined", MOST_PENDING),
          PENDING_WAIT_MILLIS);
    }
    users.take(user);
    addresses.take(address);
    pending.merge(address, 1, Integer::sum);
    return new Examination(address, user, digest, false);
  }

  /** Returns the user that the credentials claim; the claim of a token is not verified here. */
  private static String user(Credentials shown) {
    if (shown instanceof Credentials.Password password) {
      return "user " + password.user();
    } else if (shown instanceof Credentials.Token token) {
      String[] parts = token.token().split("\\.", 4);
      if (parts.length == 3) {
        try {
          byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
          Object subject =
              new JsonObject(new String(claims, StandardCharsets.UTF_8)).getValue("sub");
          return "bearer " + subject;
        } catch (IllegalArgumentException | DecodeException | ClassCastException noToken) {
          // The token is counted with the other tokens without a subject.
        }
      }
    }
    return "token";
  }

  /** Returns a keyed digest, so that a remembered digest is useless outside this process. */
  private String digest(Credentials shown) {
    String text =
        shown instanceof Credentials.Password password
            ? "password " + password.user().length() + " " + password.user() + password.password()
            : shown instanceof Credentials.Token token ? "token " + token.token() : "";
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException never) {
      throw new IllegalStateException("every Java has HmacSHA256", never);
    }
  }
}
