package dev.synod.web.impl.auth;

import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;

/**
 * A caller with all permissions: every caller if there is no authentication, otherwise the holder
 * of the secret token.
 */
record Superuser(String name) implements Principal {
  @Override
  public boolean may(Permission permission, String map) {
    return true;
  }

  @Override
  public boolean mayOperate() {
    return true;
  }

  @Override
  public boolean isAdmitted() {
    return true;
  }

  @Override
  public long until() {
    return Long.MAX_VALUE;
  }
}
