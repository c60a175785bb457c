package dev.synod.vertx;

import dev.synod.core.Role;
import dev.synod.vertx.config.Roles;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a member and of its group, as that member knows it.
 *
 * @param roles roles of this member
 * @param state {@code leading}, {@code following} (the member hears a leader), {@code electing},
 *     {@code founding} (the member waits for the other founders of a new group), {@code joining}
 *     (the member waits to be added to a group) or {@code stopped}
 * @param promised highest ballot that this member's acceptor has promised, as {@code round.member}
 * @param leader member that leads; null if this member knows of none
 * @param ballot ballot of the leader; empty if this member knows of no leader
 * @param chosen highest slot up to which this member knows every slot to be chosen
 * @param applied highest slot up to which this member has applied every slot
 * @param floor highest slot that a snapshot has replaced in this member's log
 * @param snapshot slot of this member's newest snapshot; 0 if it has none
 * @param hash hash of the state after the slot {@code applied}, in hexadecimal; equal on every
 *     member that has applied the same slot
 * @param canCommit whether the leader hears a phase-2 quorum, so that commands can be chosen
 * @param canElect whether a phase-1 and a phase-2 quorum are reachable, so that a new leader could
 *     be elected
 * @param reachable acceptors that the leader hears; without a leader, the acceptors that answered
 *     this member last
 * @param durability failure that an acknowledged write survives on this member
 * @param summary the whole status in one sentence for a person
 * @param identity identity of the group's history as 16 hexadecimal digits: of its founding and of
 *     the last forced configuration. Equal on all members of the group; another one means that
 *     slots, versions and positions seen before have no meaning any more. Empty while this member
 *     belongs to no group
 * @param vitals measurements and alarms of this member
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
    String identity,
    Vitals vitals) {
  /**
   * Returns the status as JSON, with one field for each component and the fields of {@link Vitals}.
   */
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
            .put("summary", summary)
            .put("identity", identity);
    return vitals.into(json);
  }
}
