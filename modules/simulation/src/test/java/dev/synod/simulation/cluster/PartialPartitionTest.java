package dev.synod.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Outcome;
import dev.synod.core.host.Settings;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.plan.Swarm;
import dev.synod.simulation.run.RegisterLoad;
import dev.synod.simulation.run.Registers;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The three partial partitions of Ng et al., "Omni-Paxos" (EuroSys 2023, section 2): each ends with
 * a leader that can decide, within four election timeouts.
 */
class PartialPartitionTest {
  private static final Settings SETTINGS = Settings.DEFAULT;

  private static Cluster cluster(long seed, QuorumSystem quorums) {
    Cluster cluster =
        new Cluster(
            new World(seed),
            quorums,
            8,
            SETTINGS,
            Faults.none(),
            new RegisterLoad(Swarm.draw(seed)),
            null);
    cluster.start();
    cluster.world.runUntil(cluster.world.now() + 5_000_000);
    return cluster;
  }

  private static SimulatedNode leader(Cluster cluster) {
    List<SimulatedNode> leaders = cluster.nodes.stream().filter(SimulatedNode::leads).toList();
    assertThat(leaders).as("leaders in peace").hasSize(1);
    return leaders.get(0);
  }

  private static List<SimulatedNode> others(Cluster cluster, SimulatedNode... not) {
    List<SimulatedNode> others = new ArrayList<>(cluster.nodes);
    others.removeAll(List.of(not));
    return others;
  }

  private static void cutBetween(Cluster cluster, SimulatedNode one, SimulatedNode other) {
    cluster.network.cut(one, other);
  }

  /** A write at that member, answered within four election timeouts from now. */
  private static void decides(Cluster cluster, SimulatedNode at) {
    List<Outcome> outcomes = new ArrayList<>();
    long number = cluster.world.number();
    at.submit(number, Registers.write(1, number), outcomes::add);
    cluster.world.runUntil(cluster.world.now() + 4 * SETTINGS.electionTimeout() * 1_000);
    assertThat(outcomes)
        .as(
            "a write at %s; %s",
            at.name, cluster.nodes.stream().map(node -> node.name + " " + node.describe()).toList())
        .hasSize(1)
        .hasOnlyElementsOfType(Outcome.Applied.class);
  }

  @Test
  void quorumLoss_allButOneHaveLostEachOther_andThatOneLeads() {
    LongStream.range(0, 100)
        .forEach(
            seed -> {
              Cluster cluster =
                  cluster(seed, QuorumSystem.majority(List.of("a", "b", "c", "d", "e")));
              SimulatedNode old = leader(cluster);
              SimulatedNode hub = others(cluster, old).get(0);
              for (SimulatedNode one : others(cluster, hub)) {
                for (SimulatedNode other : others(cluster, hub, one)) {
                  cutBetween(cluster, one, other);
                }
              }
              decides(cluster, hub);
              assertThat(leader(cluster)).isSameAs(hub);
            });
  }

  @Test
  void constrained_theOldLeaderIsGoneAndOnlyOneWithAnOldLogReachesAQuorum() {
    LongStream.range(0, 100)
        .forEach(
            seed -> {
              Cluster cluster =
                  cluster(seed, QuorumSystem.majority(List.of("a", "b", "c", "d", "e")));
              SimulatedNode old = leader(cluster);
              SimulatedNode hub = others(cluster, old).get(0);
              // The hub misses what the others decide.
              for (SimulatedNode other : others(cluster, hub)) {
                cutBetween(cluster, hub, other);
              }
              for (int i = 0; i < 20; i++) {
                long number = cluster.world.number();
                old.submit(number, Registers.write(1, number), outcome -> {});
                cluster.world.runUntil(cluster.world.now() + 10_000);
              }
              assertThat(hub.applied()).isLessThan(others(cluster, hub, old).get(0).applied());
              cluster.heal();
              for (SimulatedNode one : others(cluster, hub)) {
                for (SimulatedNode other : others(cluster, hub, one)) {
                  cutBetween(cluster, one, other);
                }
              }
              cutBetween(cluster, hub, old);
              decides(cluster, hub);
              assertThat(hub.leads()).isTrue();
            });
  }

  @Test
  void chained_theLinkBetweenLeaderAndOneFollowerIsCut_andNobodyIsDisturbed() {
    LongStream.range(0, 100)
        .forEach(
            seed -> {
              Cluster cluster = cluster(seed, QuorumSystem.majority(List.of("a", "b", "c")));
              SimulatedNode leader = leader(cluster);
              SimulatedNode end = others(cluster, leader).get(0);
              SimulatedNode middle = others(cluster, leader, end).get(0);
              cutBetween(cluster, leader, end);
              decides(cluster, middle);
              cluster.world.runUntil(cluster.world.now() + 10_000_000);
              assertThat(leader(cluster)).as("the leader is the same").isSameAs(leader);
              assertThat(end.applied())
                  .as("who cannot hear the leader learns from who can")
                  .isEqualTo(leader.applied());
            });
  }

  @Test
  void aSmallPhaseTwoGoesOnWithoutAPhaseOneQuorum_andSaysThatNobodyCouldBeElected() {
    Cluster cluster = cluster(1, QuorumSystem.counts(List.of("a", "b", "c", "d", "e"), 4, 2));
    SimulatedNode leader = leader(cluster);
    assertThat(leader.health().canElect()).isTrue();
    List<SimulatedNode> lost = others(cluster, leader).subList(0, 3);
    lost.forEach(SimulatedNode::crash);

    decides(cluster, leader);
    assertThat(leader.health().canCommit()).isTrue();
    assertThat(leader.health().canElect()).isFalse();
    SimulatedNode follower = others(cluster, leader).get(3);
    assertThat(follower.health().canCommit()).isTrue();
    assertThat(follower.health().canElect()).as("a follower knows it too").isFalse();

    lost.get(0).start();
    decides(cluster, leader);
    assertThat(leader.health().canElect()).as("3 of 5 are no phase-1 quorum of 4").isFalse();

    lost.get(1).start();
    decides(cluster, leader);
    assertThat(leader.health().canElect()).isTrue();
    assertThat(lost.get(0).applied()).isEqualTo(leader.applied());
  }
}
