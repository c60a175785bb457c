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

/** Which roles members have, in JSON: {@code {"w": ["acceptor"], "r": ["learner"]}}. */
public final class Roles {
  /** What a member does that nothing is said of. */
  public static final Set<Role> ALL = Collections.unmodifiableSet(EnumSet.allOf(Role.class));

  private static final String EXPECTED = "acceptor, proposer or learner";

  private Roles() {}

  /**
   * From JSON.
   *
   * @throws ConfigurationException if a role is unknown, or a member has none
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
              "%s[%d]: expected %s, got %s"
                  .formatted(member, i, EXPECTED, Fields.show(names.get(i))));
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

  /** As JSON. */
  public static JsonObject write(Map<String, Set<Role>> roles) {
    JsonObject json = new JsonObject();
    roles.forEach((member, some) -> json.put(member, write(some)));
    return json;
  }

  /** As JSON. */
  public static JsonArray write(Collection<Role> roles) {
    JsonArray json = new JsonArray();
    roles.forEach(role -> json.add(text(role)));
    return json;
  }

  /** A copy that does not change; roles in the order of the paper. */
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
