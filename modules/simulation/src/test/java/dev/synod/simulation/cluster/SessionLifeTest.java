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

/** Whose session lives, and whose does not. */
class SessionLifeTest {
  private static final long TIMEOUT = 2_000;

  private static Cluster cluster(long seed) {
    Cluster cluster =
        new Cluster(
            new World(seed),
            QuorumSystem.majority(List.of("a", "b", "c")),
            8,
            new Settings(
                50,
                500,
                100,
                4_000,
                100,
                300,
                2_000,
                2_000,
                Settings.Compaction.DEFAULT,
                new Settings.Sessions(TIMEOUT, 10),
                Settings.Lease.OFF,
                /* thrifty= */ false),
            Faults.none(),
            new RegisterLoad(Swarm.draw(seed)),
            null);
    cluster.start();
    pass(cluster, 3_000);
    return cluster;
  }

  private static void pass(Cluster cluster, long milliseconds) {
    cluster.world.runUntil(cluster.world.now() + 1_000 * milliseconds);
  }

  private static List<Outcome> write(Cluster cluster, SimulatedNode at) {
    List<Outcome> outcomes = new ArrayList<>();
    long number = cluster.world.number();
    at.submit(number, Registers.write(1, number), outcomes::add);
    return outcomes;
  }

  private static void done(Cluster cluster, SimulatedNode at) {
    List<Outcome> outcomes = write(cluster, at);
    pass(cluster, 1_500);
    assertThat(outcomes).hasSize(1).hasOnlyElementsOfType(Outcome.Applied.class);
  }

  private static SimulatedNode leader(Cluster cluster) {
    return cluster.nodes.stream().filter(SimulatedNode::leads).findFirst().orElseThrow();
  }

  private static SimulatedNode follower(Cluster cluster) {
    return cluster.nodes.stream().filter(node -> !node.leads()).findFirst().orElseThrow();
  }

  @Test
  void whoAsksNothingHasNoSession_andWhoAskedOnceKeepsIt() {
    Cluster cluster = cluster(1);
    SimulatedNode node = follower(cluster);
    assertThat(node.session()).isZero();
    done(cluster, node);
    long session = node.session();
    assertThat(session).isPositive();
    pass(cluster, 20 * TIMEOUT);
    assertThat(node.session()).isEqualTo(session);
  }

  @Test
  void aNextLeaderWhoseWallClockIsAnHourOff_expiresNobody() {
    LongStream.range(0, 50)
        .forEach(
            seed -> {
              Cluster cluster = cluster(seed);
              SimulatedNode leader = leader(cluster);
              SimulatedNode client = follower(cluster);
              done(cluster, client);
              long session = client.session();
              for (SimulatedNode node : cluster.nodes) {
                node.clock.set(1, node == leader ? 0 : seed % 2 == 0 ? 3_600_000 : -3_600_000);
              }
              leader.crash();
              pass(cluster, 4 * TIMEOUT);
              done(cluster, client);
              assertThat(client.session()).isEqualTo(session);
            });
  }

  @Test
  void aLeaderWhoseWallClockJumps_expiresNobody() {
    Cluster cluster = cluster(2);
    SimulatedNode client = follower(cluster);
    done(cluster, client);
    long session = client.session();
    leader(cluster).clock.set(1, 3_600_000);
    pass(cluster, 10 * TIMEOUT);
    assertThat(client.session()).isEqualTo(session);
  }

  @Test
  void whoIsCutOffForTooLongLosesIt_hearsSoForWhatWasUnderWay_andGetsAnother() {
    Cluster cluster = cluster(3);
    SimulatedNode client = follower(cluster);
    done(cluster, client);
    long session = client.session();
    for (SimulatedNode other : cluster.nodes) {
      cluster.network.cut(client, other);
    }
    List<Outcome> lost = write(cluster, client);
    pass(cluster, TIMEOUT + 500);
    // Somebody has to write, or no time passes in the log.
    write(cluster, leader(cluster));
    pass(cluster, 200);
    assertThat(lost).isEmpty();
    cluster.heal();
    pass(cluster, 1_000);
    assertThat(lost).hasSize(1).hasOnlyElementsOfType(Outcome.SessionExpired.class);
    done(cluster, client);
    assertThat(client.session()).isPositive().isNotEqualTo(session);
  }
}
