package dev.synod.web.config;

import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.web.auth.Passwords;
import dev.synod.web.auth.Users;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sources of users and tokens: {@code {"users": "users.json", "jwt": {"algorithm": "ES256", "key":
 * "issuer.pem"}}}; one of the two is optional. Relative paths start at the working directory of the
 * process.
 *
 * @param users file of users with their password hashes and permissions; a change takes effect
 *     within a second
 * @param jwt issuer of accepted JSON Web Tokens; null accepts none
 */
public record AuthenticationOptions(@Nullable Path users, @Nullable Jwt jwt) {

  /**
   * Issuer of accepted JSON Web Tokens (RFC 7519).
   *
   * @param algorithm signature algorithm; tokens with another algorithm are refused
   * @param key file with the issuer's public key in PEM, or with the shared secret for HS…
   * @param issuer required value of {@code iss}; null accepts any
   * @param audience required entry of {@code aud}; null accepts any
   * @param claim claim with the permissions of the token's bearer, in the format of the users file;
   *     without the claim the token grants the permissions of the user named by {@code sub}
   * @param leeway tolerated difference of the issuer's clock and the node's clock, in seconds: a
   *     token is valid that long before its {@code nbf} and after its {@code exp}
   */
  public record Jwt(
      String algorithm,
      Path key,
      @Nullable String issuer,
      @Nullable String audience,
      String claim,
      int leeway) {
    static final int DEFAULT_LEEWAY = 30;
    private static final int MAX_LEEWAY = 600;

    /** A leeway of 30 seconds. */
    public Jwt(
        String algorithm,
        Path key,
        @Nullable String issuer,
        @Nullable String audience,
        String claim) {
      this(algorithm, key, issuer, audience, claim, DEFAULT_LEEWAY);
    }

    private static final Set<String> ALGORITHMS =
        new TreeSet<>(
            List.of(
                "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
                "PS256", "PS384", "PS512", "EdDSA"));

    static final String DEFAULT_CLAIM = "synod";

    /** Reads the issuer from JSON; {@code algorithm} and {@code key} are required. */
    static Jwt read(JsonObject json) {
      Fields fields = new Fields(json);
      String algorithm = fields.text("algorithm", null);
      String key = fields.text("key", null);
      String issuer = fields.text("issuer", null);
      String audience = fields.text("audience", null);
      String claim = Objects.requireNonNull(fields.text("claim", DEFAULT_CLAIM));
      int leeway = fields.integer("leeway", DEFAULT_LEEWAY);
      fields.end();
      List<String> problems = new ArrayList<>();
      if (algorithm == null || !ALGORITHMS.contains(algorithm)) {
        problems.add(
            String.format(
                Locale.ROOT,
                "algorithm: expected one of %s, got %s",
                String.join(", ", ALGORITHMS),
                Fields.show(algorithm)));
      }
      if (key == null) {
        problems.add("key: is missing, expected a file with the key that verifies a token");
      }
      if (leeway < 0 || leeway > MAX_LEEWAY) {
        problems.add(
            String.format(
                Locale.ROOT,
                "leeway: expected a whole number from 0 to %d, got %d",
                MAX_LEEWAY,
                leeway));
      }
      if (!problems.isEmpty() || algorithm == null || key == null) {
        throw new ConfigurationException(problems);
      }
      return new Jwt(algorithm, Path.of(key), issuer, audience, claim, leeway);
    }

    JsonObject toJson() {
      JsonObject json = new JsonObject().put("algorithm", algorithm).put("key", key.toString());
      if (issuer != null) {
        json.put("issuer", issuer);
      }
      if (audience != null) {
        json.put("audience", audience);
      }
      return json.put("claim", claim).put("leeway", leeway);
    }

    /** Tells whether the key is a secret shared with the issuer. */
    public boolean isShared() {
      return algorithm.startsWith("HS");
    }
  }

  /**
   * Reads the options from JSON. {@link #problems} checks the files.
   *
   * @throws ConfigurationException if a field is unknown or of another type, or if both are missing
   */
  public static AuthenticationOptions read(JsonObject json) {
    Fields fields = new Fields(json);
    String users = fields.text("users", null);
    Jwt jwt = fields.part("jwt", Jwt::read);
    fields.end();
    if (users == null && jwt == null) {
      throw new ConfigurationException(
          List.of("users: is missing, expected a file of users, or jwt, or both"));
    }
    return new AuthenticationOptions(users == null ? null : Path.of(users), jwt);
  }

  /** Returns the hash of a password for the users file. Takes about 0.1 s of CPU time. */
  public static String hash(String password) {
    return Passwords.hash(password);
  }

  /** Returns the options as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (users != null) {
      json.put("users", users.toString());
    }
    return jwt == null ? json : json.put("jwt", jwt.toJson());
  }

  /**
   * Reads the files and returns their problems, each with its field; empty if there is none. Blocks
   * the calling thread.
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (users != null) {
      try {
        Users.read(users);
      } catch (ConfigurationException e) {
        e.problems().forEach(problem -> problems.add("users: " + problem));
      }
    }
    if (jwt != null) {
      try {
        String key = Files.readString(jwt.key());
        if (jwt.isShared() ? key.strip().length() < 32 : !key.contains("-----BEGIN PUBLIC KEY")) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "jwt.key: expected %s in %s",
                  jwt.isShared()
                      ? "a secret of 32 characters or more"
                      : "a public key in PEM (BEGIN PUBLIC KEY)",
                  jwt.key()));
        }
      } catch (IOException e) {
        problems.add("jwt.key: expected a file that can be read, got " + jwt.key() + ": " + e);
      }
    }
    return problems;
  }
}
