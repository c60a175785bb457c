package dev.synod.vertx.impl.host;

import dev.synod.core.Role;

/**
 * Hosts a {@link dev.synod.core.proposer.Proposer} at {@code __synod.<group>.<member>.proposer}.
 */
public final class ProposerVerticle extends RoleVerticle {
  public ProposerVerticle(String group, String member, MemberHost host) {
    super(Role.PROPOSER, group, member, host);
  }
}
