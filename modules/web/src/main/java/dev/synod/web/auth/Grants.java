package dev.synod.web.auth;

import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What somebody may do: rights by patterns of names of maps, in which {@code *} stands for any
 * characters: {@code {"orders*": "write", "*": "read"}}. He has every right that any pattern gives.
 */
public final class Grants {
  public static final Grants NONE = new Grants(List.of());

  private static final String ALL = "*";

  private record Grant(boolean all, Pattern maps, Permission permission) {}

  private final List<Grant> grants;

  private Grants(List<Grant> grants) {
    this.grants = List.copyOf(grants);
  }

  /**
   * From JSON.
   *
   * @throws ConfigurationException if a right is none
   */
  public static Grants read(JsonObject json) {
    Fields fields = new Fields(json);
    List<Grant> grants = new ArrayList<>();
    for (Map.Entry<String, Object> of : json) {
      if (of.getValue() == null) {
        throw new ConfigurationException(
            List.of(of.getKey() + ": expected one of READ, WRITE, ADMIN, got null"));
      }
      Permission permission = fields.constant(of.getKey(), Permission.class, Permission.READ);
      grants.add(new Grant(of.getKey().equals(ALL), pattern(of.getKey()), permission));
    }
    fields.end();
    return new Grants(grants);
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Stream.of(name.split("\\*+", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  /** Whether one of them allows that. */
  public boolean allow(Permission permission, String map) {
    for (Grant grant : grants) {
      if (grant.permission.includes(permission) && grant.maps.matcher(map).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of them allows what concerns the whole group. */
  public boolean allowOperating() {
    return grants.stream().anyMatch(grant -> grant.all && grant.permission == Permission.ADMIN);
  }
}
