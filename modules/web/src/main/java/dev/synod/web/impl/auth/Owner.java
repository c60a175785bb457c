package dev.synod.web.impl.auth;

import dev.synod.web.auth.Right;
import dev.synod.web.auth.Visitor;

/** Who may do everything for ever: anybody where nobody is asked, or whoever has the one token. */
record Owner(String name) implements Visitor {
  @Override
  public boolean may(Right right, String map) {
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
