package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import java.util.Locale;

/** The event-bus addresses of the roles. */
public final class Addresses {
  /** Prefix of all addresses of Synod. */
  public static final String PREFIX = "__synod.";

  private Addresses() {}

  /** Returns {@code __synod.<group>.door}, the address at which clients ask for the members. */
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
