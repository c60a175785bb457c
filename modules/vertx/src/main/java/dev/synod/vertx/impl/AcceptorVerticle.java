package dev.synod.vertx.impl;

import dev.synod.core.Role;
import java.util.Set;

/** Hosts a {@link dev.synod.core.Acceptor} at {@code __synod.<group>.<member>.acceptor}. */
final class AcceptorVerticle extends RoleVerticle {
  AcceptorVerticle(String group, String member, Set<String> members, MemberHost host) {
    super(Role.ACCEPTOR, group, member, members, host);
  }
}
