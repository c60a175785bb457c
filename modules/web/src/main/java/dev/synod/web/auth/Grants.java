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
 * Permissions by patterns of map names, in which {@code *} stands for any characters: {@code
 * {"orders*": "write", "*": "read"}}. The permissions of all matching patterns add up. Immutable.
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
   * Reads the permissions from JSON.
   *
   * @throws ConfigurationException if a permission is unknown
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

  /** Tells whether a pattern grants the permission for the map. */
  public boolean allow(Permission permission, String map) {
    for (Grant grant : grants) {
      if (grant.permission.includes(permission) && grant.maps.matcher(map).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether a pattern grants operations on the whole group. */
  public boolean allowOperating() {
    return grants.stream().anyMatch(grant -> grant.all && grant.permission == Permission.ADMIN);
  }
}
