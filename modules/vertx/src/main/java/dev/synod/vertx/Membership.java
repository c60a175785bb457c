package dev.synod.vertx;

import dev.synod.core.Role;
import dev.synod.vertx.config.Roles;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is in a group and how it decides, as one member knows it.
 *
 * @param configuration its number, which grows with every change
 * @param acceptors who decide
 * @param learners who have the state
 * @param roles what each member does
 * @param quorum the rule, in JSON
 * @param summary the rule in words
 * @param pending whether the next configuration is decided and not yet in use
 * @param left who was a member once; these names are never used again
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

  /** The same as JSON, a field for each component. */
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
