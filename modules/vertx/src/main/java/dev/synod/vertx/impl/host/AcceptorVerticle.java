package dev.synod.vertx.impl.host;

import dev.synod.core.Role;

/** Hosts a {@link dev.synod.core.paxos.Acceptor} at {@code __synod.<group>.<member>.acceptor}. */
public final class AcceptorVerticle extends RoleVerticle {
  public AcceptorVerticle(String group, String member, MemberHost host) {
    super(Role.ACCEPTOR, group, member, host);
  }
}
