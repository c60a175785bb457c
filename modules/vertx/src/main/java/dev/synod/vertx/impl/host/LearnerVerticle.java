package dev.synod.vertx.impl.host;

import dev.synod.core.Role;

/** Hosts a {@link dev.synod.core.paxos.Learner} at {@code __synod.<group>.<member>.learner}. */
public final class LearnerVerticle extends RoleVerticle {
  public LearnerVerticle(String group, String member, MemberHost host) {
    super(Role.LEARNER, group, member, host);
  }
}
