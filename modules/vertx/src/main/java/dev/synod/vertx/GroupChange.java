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
 * A requested change of a group's members, roles or quorum rule, for {@link Synod#change}.
 * Immutable: each method returns a new request.
 *
 * @param add members that become acceptors, proposers and learners. Each of them must already run
 *     with {@code join}, an empty data directory and a name that the group has never used
 * @param learn members that become learners only: new members, or current acceptors that give up
 *     their vote
 * @param roles roles of those members, new or current, that do not have all three. A member that is
 *     a learner stays a learner for its lifetime, and a member that is none never becomes one
 * @param remove members that leave the group permanently
 * @param quorum new quorum rule; null keeps the current rule, which is possible only if that rule
 *     names no member (majority, counts)
 * @param forced whether the change skips the test that the new quorums can be reached. If they
 *     cannot, the group stops deciding
 * @param base number of the configuration that the change replaces ({@link
 *     Membership#configuration}); 0 for the latest one. The group refuses the change if it is in
 *     another configuration, unless that is the result of the same change: a request with a base
 *     may be repeated when its answer is lost
 */
public record GroupChange(
    List<String> add,
    List<String> learn,
    Map<String, Set<Role>> roles,
    List<String> remove,
    @Nullable QuorumSpec quorum,
    boolean forced,
    long base) {
  /** The empty change, from which a change is built: {@code GroupChange.NONE.add("n4")}. */
  public static final GroupChange NONE =
      new GroupChange(List.of(), List.of(), Map.of(), List.of(), null, false, 0);

  public GroupChange {
    add = List.copyOf(add);
    learn = List.copyOf(learn);
    roles = Roles.copy(roles);
    remove = List.copyOf(remove);
  }

  /** Returns a copy of this change that adds these members as acceptors, proposers and learners. */
  public GroupChange add(String... members) {
    return new GroupChange(List.of(members), learn, roles, remove, quorum, forced, base);
  }

  /** Returns a copy of this change that makes these members learners only. */
  public GroupChange learn(String... members) {
    return new GroupChange(add, List.of(members), roles, remove, quorum, forced, base);
  }

  /** Returns a copy of this change that gives this member exactly these roles. */
  public GroupChange roles(String member, Role... its) {
    Map<String, Set<Role>> all = new TreeMap<>(roles);
    all.put(member, Set.of(its));
    return new GroupChange(add, learn, all, remove, quorum, forced, base);
  }

  /** Returns a copy of this change that removes these members. */
  public GroupChange remove(String... members) {
    return new GroupChange(add, learn, roles, List.of(members), quorum, forced, base);
  }

  /** Returns a copy of this change that sets the quorum rule. */
  public GroupChange quorum(QuorumSpec quorum) {
    return new GroupChange(add, learn, roles, remove, quorum, forced, base);
  }

  /** Returns a copy of this change that skips the test whether the new quorums can be reached. */
  public GroupChange force() {
    return new GroupChange(add, learn, roles, remove, quorum, true, base);
  }

  /** Returns a copy of this change that replaces this configuration and no other. */
  public GroupChange on(long configuration) {
    return new GroupChange(add, learn, roles, remove, quorum, forced, configuration);
  }
}
