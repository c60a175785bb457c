package dev.synod.vertx.impl.host;

import dev.synod.core.Role;
import dev.synod.core.member.FoundingProgress;
import dev.synod.core.member.Member;
import dev.synod.core.message.Ballot;
import dev.synod.core.paxos.Configurations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Deploys the roles that the group gives a member, each from the moment at which the member gets
 * it. Every member learns chosen values, so there is always a {@link LearnerVerticle}. A member
 * that has ever promised anything keeps its acceptor, whatever its roles are now. Used on the
 * member's context only.
 */
public final class RoleDeployment {
  private final MemberHost host;
  private final String self;
  private final List<RoleVerticle> waiting;
  private final List<RoleVerticle> deployed = new ArrayList<>();

  /** Creates the deployment without any role. */
  public RoleDeployment(MemberHost host, String self, List<RoleVerticle> roles) {
    this.host = host;
    this.self = self;
    this.waiting = new ArrayList<>(roles);
  }

  /** Returns the deployed roles. */
  public List<RoleVerticle> roles() {
    return deployed;
  }

  /** Deploys the roles that are needed and not deployed yet. */
  public Future<?> deploy(Context context) throws Exception {
    List<Future<?>> started = new ArrayList<>();
    for (RoleVerticle role : List.copyOf(waiting)) {
      if (isNeeded(role.role())) {
        waiting.remove(role);
        deployed.add(role);
        started.add(role.deploy(context));
      }
    }
    return Future.all(started);
  }

  private boolean isNeeded(Role role) {
    Member member = host.member();
    Configurations known = member.configurations();
    FoundingProgress founding = member.founding();
    if (founding != null) {
      // The addresses are published before the group is founded, so that its first messages arrive.
      return role == Role.LEARNER || founding.configuration().roles(self).contains(role);
    }
    return switch (role) {
      case LEARNER -> true;
      case PROPOSER ->
          known.isInitialized()
              && (known.current().isProposer(self) || known.latest().isProposer(self));
      case ACCEPTOR ->
          known.acceptors().contains(self) || !member.acceptor().promised().equals(Ballot.NONE);
    };
  }
}
