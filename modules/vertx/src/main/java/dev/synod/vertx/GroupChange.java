package dev.synod.vertx;

import dev.synod.quorum.QuorumSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shall be different about a group. Immutable.
 *
 * @param add members that shall take part: each is started before, with {@code join}, an empty
 *     directory and a name that the group has never had
 * @param learn members that shall follow without a say: new ones, or some that decide now
 * @param remove members that shall leave, for good
 * @param quorum the new rule; null keeps the one that is, which is possible where it names no
 *     member: majority and counts
 * @param forced whether the change is made though nobody knows if the new quorums are within reach:
 *     if they are not, the group stands still
 */
public record GroupChange(
    List<String> add,
    List<String> learn,
    List<String> remove,
    @Nullable QuorumSpec quorum,
    boolean forced) {
  /** Nothing, to begin with. */
  public static final GroupChange NONE =
      new GroupChange(List.of(), List.of(), List.of(), null, false);

  public GroupChange {
    add = List.copyOf(add);
    learn = List.copyOf(learn);
    remove = List.copyOf(remove);
  }

  /** And these members shall take part. */
  public GroupChange add(String... members) {
    return new GroupChange(List.of(members), learn, remove, quorum, forced);
  }

  /** And these members shall follow without a say. */
  public GroupChange learn(String... members) {
    return new GroupChange(add, List.of(members), remove, quorum, forced);
  }

  /** And these members shall leave. */
  public GroupChange remove(String... members) {
    return new GroupChange(add, learn, List.of(members), quorum, forced);
  }

  /** And this shall be the rule. */
  public GroupChange quorum(QuorumSpec quorum) {
    return new GroupChange(add, learn, remove, quorum, forced);
  }

  /** And nobody is asked before. */
  public GroupChange force() {
    return new GroupChange(add, learn, remove, quorum, true);
  }
}
