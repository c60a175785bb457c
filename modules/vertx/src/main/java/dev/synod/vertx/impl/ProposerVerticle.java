package dev.synod.vertx.impl;

import dev.synod.core.Role;
import java.util.Set;

/** Hosts a {@link dev.synod.core.Proposer} at {@code __synod.<group>.<member>.proposer}. */
final class ProposerVerticle extends RoleVerticle {
  ProposerVerticle(String group, String member, Set<String> members, MemberHost host) {
    super(Role.PROPOSER, group, member, members, host);
  }
}
