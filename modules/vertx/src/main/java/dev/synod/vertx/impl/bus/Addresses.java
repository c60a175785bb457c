package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import java.util.Locale;

/** The event-bus addresses of the roles. */
public final class Addresses {
  /** Prefix of all addresses of Synod. */
  public static final String PREFIX = "__synod.";

  private Addresses() {}

  /**
   * Returns {@code __synod.<group>.discovery}, the address at which clients ask for the members.
   */
  public static String discovery(String group) {
    return PREFIX + group + ".discovery";
  }

  /** Returns {@code __synod.<group>.<member>.presence}: a running member answers there. */
  public static String presence(String group, String member) {
    return PREFIX + group + "." + member + ".presence";
  }

  /**
   * Returns {@code __synod.<group>.<member>.<role>}; names contain no dots, so addresses are
   * unique.
   */
  public static String of(String group, String member, Role role) {
    return PREFIX + group + "." + member + "." + role.name().toLowerCase(Locale.ROOT);
  }
}
