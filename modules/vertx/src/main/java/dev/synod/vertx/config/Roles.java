package dev.synod.vertx.config;

import dev.synod.core.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converts the roles of members from and to JSON: {@code {"w": ["acceptor"], "r": ["learner"]}}.
 */
public final class Roles {
  /** All three roles, the default of a member. */
  public static final Set<Role> ALL = Collections.unmodifiableSet(EnumSet.allOf(Role.class));

  private static final String EXPECTED = "acceptor, proposer or learner";

  private Roles() {}

  /**
   * Reads the roles of each member from JSON.
   *
   * @throws ConfigurationException if a role is unknown, or if a member has no role
   */
  public static Map<String, Set<Role>> read(JsonObject json) {
    Fields fields = new Fields(json);
    Map<String, Set<Role>> all = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String member : json.fieldNames()) {
      EnumSet<Role> roles = EnumSet.noneOf(Role.class);
      List<String> names = fields.names(member, List.of());
      for (int i = 0; i < names.size(); i++) {
        Role role = role(names.get(i));
        if (role == null) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "%s[%d]: expected %s, got %s",
                  member,
                  i,
                  EXPECTED,
                  Fields.show(names.get(i))));
        } else {
          roles.add(role);
        }
      }
      if (names.isEmpty()) {
        problems.add(member + ": expected at least one of " + EXPECTED);
      }
      all.put(member, Collections.unmodifiableSet(roles));
    }
    try {
      fields.end();
    } catch (ConfigurationException mistyped) {
      problems.addAll(mistyped.problems());
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return Collections.unmodifiableMap(all);
  }

  private static @Nullable Role role(String name) {
    for (Role role : Role.values()) {
      if (text(role).equals(name.toLowerCase(Locale.ROOT))) {
        return role;
      }
    }
    return null;
  }

  /** Writes the roles of each member as JSON. */
  public static JsonObject write(Map<String, Set<Role>> roles) {
    JsonObject json = new JsonObject();
    roles.forEach((member, some) -> json.put(member, write(some)));
    return json;
  }

  /** Writes the roles of one member as JSON. */
  public static JsonArray write(Collection<Role> roles) {
    JsonArray json = new JsonArray();
    roles.forEach(role -> json.add(text(role)));
    return json;
  }

  /** Returns an immutable copy, with the roles in the order acceptor, proposer, learner. */
  public static Map<String, Set<Role>> copy(Map<String, Set<Role>> roles) {
    Map<String, Set<Role>> copy = new TreeMap<>();
    roles.forEach(
        (member, some) -> {
          EnumSet<Role> sorted = EnumSet.noneOf(Role.class);
          sorted.addAll(some);
          copy.put(member, Collections.unmodifiableSet(sorted));
        });
    return Collections.unmodifiableMap(copy);
  }

  private static String text(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
