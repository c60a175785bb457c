package dev.synod.vertx;

import dev.synod.core.Role;
import dev.synod.quorum.QuorumSpec;
import dev.synod.vertx.config.Roles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What shall be different about a group. Immutable.
 *
 * @param add members that shall take part: each is started before, with {@code join}, an empty
 *     directory and a name that the group has never had
 * @param learn members that shall follow without a say: new ones, or some that decide now
 * @param roles what members do that do not do everything, of {@code add} or already there; whether
 *     a member has the state machines, as a learner, does not change while it lives
 * @param remove members that shall leave, for good
 * @param quorum the new rule; null keeps the one that is, which is possible where it names no
 *     member: majority and counts
 * @param forced whether the change is made though nobody knows if the new quorums are within reach:
 *     if they are not, the group stands still
 */
public record GroupChange(
    List<String> add,
    List<String> learn,
    Map<String, Set<Role>> roles,
    List<String> remove,
    @Nullable QuorumSpec quorum,
    boolean forced) {
  /** Nothing, to begin with. */
  public static final GroupChange NONE =
      new GroupChange(List.of(), List.of(), Map.of(), List.of(), null, false);

  public GroupChange {
    add = List.copyOf(add);
    learn = List.copyOf(learn);
    roles = Roles.copy(roles);
    remove = List.copyOf(remove);
  }

  /** And these members shall take part. */
  public GroupChange add(String... members) {
    return new GroupChange(List.of(members), learn, roles, remove, quorum, forced);
  }

  /** And these members shall follow without a say. */
  public GroupChange learn(String... members) {
    return new GroupChange(add, List.of(members), roles, remove, quorum, forced);
  }

  /** And this member shall do that, and nothing else. */
  public GroupChange roles(String member, Role... its) {
    Map<String, Set<Role>> all = new TreeMap<>(roles);
    all.put(member, Set.of(its));
    return new GroupChange(add, learn, all, remove, quorum, forced);
  }

  /** And these members shall leave. */
  public GroupChange remove(String... members) {
    return new GroupChange(add, learn, roles, List.of(members), quorum, forced);
  }

  /** And this shall be the rule. */
  public GroupChange quorum(QuorumSpec quorum) {
    return new GroupChange(add, learn, roles, remove, quorum, forced);
  }

  /** And nobody is asked before. */
  public GroupChange force() {
    return new GroupChange(add, learn, roles, remove, quorum, true);
  }
}
