package dev.synod.vertx.impl;

import dev.synod.core.Role;

/** Hosts a {@link dev.synod.core.Acceptor} at {@code __synod.<group>.<member>.acceptor}. */
final class AcceptorVerticle extends RoleVerticle {
  AcceptorVerticle(String group, String member, MemberHost host) {
    super(Role.ACCEPTOR, group, member, host);
  }
}
