package dev.synod.vertx.impl.health;

import dev.synod.core.Snapshot;
import dev.synod.core.host.Health;
import dev.synod.core.member.FoundingProgress;
import dev.synod.core.member.Member;
import dev.synod.core.message.Ballot;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import dev.synod.vertx.Status;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.impl.host.MemberHost;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the status of a member. */
public final class StatusReport {
  private final SynodOptions options;
  private final boolean client;
  private final MemberHost host;
  private final HealthMonitor vitals;

  public StatusReport(SynodOptions options, boolean client, MemberHost host, HealthMonitor vitals) {
    this.options = options;
    this.client = client;
    this.host = host;
    this.vitals = vitals;
  }

  /** Returns the current status; called on the member's context. */
  public Status now() {
    Member member = host.member();
    Health health = member.health();
    String leader = health.leader().equals(Ballot.NONE) ? null : health.leader().member();
    String stopped = host.stopped();
    String state =
        stopped != null
            ? "stopped"
            : member.proposer().leads() ? "leading" : leader != null ? "following" : "electing";
    Snapshot snapshot = member.snapshot();
    FoundingProgress founding = member.founding();
    @Nullable QuorumSystem quorums =
        member.isInitialized() ? member.configurations().current().quorums() : null;
    List<String> reachable =
        quorums == null ? List.of() : List.copyOf(quorums.names(health.reachable()));
    return new Status(
        options.getGroup(),
        options.getMember(),
        quorums == null ? List.of() : member.configurations().current().members(),
        quorums == null ? Set.of() : member.configurations().current().roles(options.getMember()),
        quorums == null ? "not known yet" : quorums.toString(),
        quorums == null && stopped == null ? founding != null ? "founding" : "joining" : state,
        member.acceptor().promised().toString(),
        leader,
        leader == null ? "" : health.leader().toString(),
        member.log().chosen(),
        member.replica().applied(),
        member.log().floor(),
        snapshot == null ? 0 : snapshot.slot(),
        Long.toHexString(member.replica().hash()),
        stopped == null && health.canCommit(),
        stopped == null && health.canElect(),
        reachable,
        options.getDurability().name(),
        stopped != null
            ? stopped
            : quorums == null
                ? client
                    ? "looks for a member that accepts it as a client"
                    : founding != null
                        ? founding.words()
                        : "waits to be added to the group: add it at another member"
                : summary(health, quorums, reachable.size()),
        member.epoch().identity(),
        vitals.latest());
  }

  private static String summary(Health health, QuorumSystem quorums, int reachable) {
    String elect;
    if (health.canElect()) {
      elect = "can elect";
    } else {
      elect =
          "no new leader could be elected: "
              + (quorums.isQuorum(Phase.ONE, health.reachable())
                  ? "no phase-2 quorum"
                  : "no phase-1 quorum")
              + " is reachable";
    }
    return reachable
        + " of "
        + quorums.members().size()
        + " up · "
        + (health.canCommit()
            ? "can decide"
            : health.stalled() ? "does not decide, although it could" : "cannot decide")
        + " · "
        + elect;
  }
}
