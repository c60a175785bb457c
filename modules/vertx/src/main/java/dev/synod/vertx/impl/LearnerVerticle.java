package dev.synod.vertx.impl;

import dev.synod.core.Role;

/** Hosts a {@link dev.synod.core.Learner} at {@code __synod.<group>.<member>.learner}. */
final class LearnerVerticle extends RoleVerticle {
  LearnerVerticle(String group, String member, MemberHost host) {
    super(Role.LEARNER, group, member, host);
  }
}
