package dev.synod.vertx.impl;

import dev.synod.core.Role;

/** Hosts a {@link dev.synod.core.Proposer} at {@code __synod.<group>.<member>.proposer}. */
final class ProposerVerticle extends RoleVerticle {
  ProposerVerticle(String group, String member, MemberHost host) {
    super(Role.PROPOSER, group, member, host);
  }
}
