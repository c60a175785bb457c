package dev.synod.vertx.impl;

import dev.synod.core.Role;
import java.util.Set;

/** Hosts a {@link dev.synod.core.Learner} at {@code __synod.<group>.<member>.learner}. */
final class LearnerVerticle extends RoleVerticle {
  LearnerVerticle(String group, String member, Set<String> members, MemberHost host) {
    super(Role.LEARNER, group, member, members, host);
  }
}
