package dev.synod.web.auth;

import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.OptionsFile;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users file: {@code {"users": {"ann": {"password": "$pbkdf2$…", "grants": {"*": "read"}}},
 * "revoked": ["bob"]}}.
 *
 * @param users users by name
 * @param revoked names ({@code sub}) and ids ({@code jti}) of revoked tokens, and names of users
 *     without access
 */
public record Users(Map<String, User> users, Set<String> revoked) {
  public static final Users NONE = new Users(Map.of(), Set.of());

  /**
   * A user.
   *
   * @param password password hash, as {@code synod password} prints it; null if the user signs in
   *     with tokens only
   * @param grants permissions of the user
   */
  public record User(@Nullable String password, Grants grants) {
    static User read(JsonObject json) {
      Fields fields = new Fields(json);
      String password = fields.text("password", null);
      Grants grants = fields.part("grants", Grants::read);
      fields.end();
      if (password != null && !Passwords.isHash(password)) {
        throw new ConfigurationException(
            List.of("password: expected a hash as `synod password` prints it, never the password"));
      }
      return new User(password, grants == null ? Grants.NONE : grants);
    }
  }

  /**
   * Reads the users file. Blocks the calling thread.
   *
   * @throws ConfigurationException with the file and the path of each problem
   */
  public static Users read(Path file) {
    JsonObject json = OptionsFile.read(file);
    try {
      return of(json);
    } catch (ConfigurationException e) {
      throw e.in(file);
    }
  }

  /**
   * Reads the users from JSON.
   *
   * @throws ConfigurationException with the path of each problem
   */
  static Users of(JsonObject json) {
    Fields fields = new Fields(json);
    Map<String, User> users = fields.part("users", Users::users);
    Set<String> revoked = Set.copyOf(fields.names("revoked", List.of()));
    fields.end();
    return new Users(users == null ? Map.of() : users, revoked);
  }

  private static Map<String, User> users(JsonObject json) {
    Fields fields = new Fields(json);
    Map<String, User> users = new HashMap<>();
    for (String name : json.fieldNames()) {
      User user = fields.part(name, User::read);
      if (user != null) {
        users.put(name, user);
      }
    }
    fields.end();
    return Map.copyOf(users);
  }
}
