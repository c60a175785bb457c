package dev.synod.vertx;

import dev.synod.core.Role;
import dev.synod.vertx.config.Roles;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The members of a group and its quorum rule, as one member knows them. Immutable.
 *
 * @param configuration number of the configuration, which grows by one with every change
 * @param acceptors members that vote
 * @param learners members that hold the state machines
 * @param roles roles of each member
 * @param quorum quorum rule in the JSON form of {@link dev.synod.quorum.QuorumSpec}
 * @param summary quorum rule in one sentence
 * @param pending whether the next configuration is chosen but not yet in use
 * @param left former members, whose names the group never accepts again
 */
public record Membership(
    long configuration,
    List<String> acceptors,
    List<String> learners,
    Map<String, Set<Role>> roles,
    JsonObject quorum,
    String summary,
    boolean pending,
    List<String> left) {
  public Membership {
    acceptors = List.copyOf(acceptors);
    learners = List.copyOf(learners);
    roles = Roles.copy(roles);
    quorum = quorum.copy();
    left = List.copyOf(left);
  }

  /** Returns the membership as JSON, with one field for each component. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("configuration", configuration)
        .put("acceptors", acceptors)
        .put("learners", learners)
        .put("roles", Roles.write(roles))
        .put("quorum", quorum.copy())
        .put("summary", summary)
        .put("pending", pending)
        .put("left", left);
  }
}
