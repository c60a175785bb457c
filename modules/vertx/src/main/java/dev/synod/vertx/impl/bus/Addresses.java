package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import java.util.Locale;

/** Where the roles are on the event bus. */
public final class Addresses {
  /** All addresses that begin so are ours. */
  public static final String PREFIX = "__synod.";

  private Addresses() {}

  /** {@code __synod.<group>.door}: where those who are no members ask for them. */
  public static String door(String group) {
    return PREFIX + group + ".door";
  }

  /** {@code __synod.<group>.<member>.door}: where one member is asked whether it is up. */
  public static String door(String group, String member) {
    return PREFIX + group + "." + member + ".door";
  }

  /** {@code __synod.<group>.<member>.<role>}; a name has no dots, so no two are the same. */
  public static String of(String group, String member, Role role) {
    return PREFIX + group + "." + member + "." + role.name().toLowerCase(Locale.ROOT);
  }
}
