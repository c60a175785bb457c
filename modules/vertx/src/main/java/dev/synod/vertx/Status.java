package dev.synod.vertx;

import dev.synod.core.Role;
import dev.synod.vertx.config.Roles;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member, and the group as that member knows it.
 *
 * @param roles what this member does in the group
 * @param state {@code leading}, {@code following} (a live leader is known), {@code electing}, or
 *     {@code stopped}
 * @param promised the highest ballot that its acceptor has promised, as {@code round.member}
 * @param leader the member that leads; null if none is known
 * @param ballot the leader's ballot, or the empty string
 * @param chosen every slot up to this one is known chosen here
 * @param applied every slot up to this one is applied here
 * @param floor slots up to this one are not in its log any more, but for the snapshot
 * @param snapshot the slot of its newest snapshot, 0 if it has none
 * @param hash of the state after {@code applied}, in hexadecimal; the same on every member
 * @param canCommit there is a leader that hears a phase-2 quorum
 * @param canElect a phase-1 and a phase-2 quorum are reachable: were the leader lost, there could
 *     be another
 * @param reachable the acceptors that the leader hears, or those that answered this member last
 *     when there is none
 * @param durability what an acknowledged write survives here
 * @param summary all of it in one sentence for a person
 * @param vitals what was measured of this member, and its alarms
 */
public record Status(
    String group,
    String member,
    List<String> members,
    Set<Role> roles,
    String quorum,
    String state,
    String promised,
    @Nullable String leader,
    String ballot,
    long chosen,
    long applied,
    long floor,
    long snapshot,
    String hash,
    boolean canCommit,
    boolean canElect,
    List<String> reachable,
    String durability,
    String summary,
    Vitals vitals) {
  /** The same as JSON, a field for each component, and for each of the vitals that changes. */
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("group", group)
            .put("member", member)
            .put("members", members)
            .put("roles", Roles.write(roles))
            .put("quorum", quorum)
            .put("state", state)
            .put("promised", promised)
            .put("leader", leader)
            .put("ballot", ballot)
            .put("chosen", chosen)
            .put("applied", applied)
            .put("floor", floor)
            .put("snapshot", snapshot)
            .put("hash", hash)
            .put("canCommit", canCommit)
            .put("canElect", canElect)
            .put("reachable", reachable)
            .put("durability", durability)
            .put("summary", summary);
    return vitals.into(json);
  }
}
