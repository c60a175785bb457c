package dev.synod.simulation;

import dev.synod.core.Outcome;
import dev.synod.core.Settings;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One seed: a cluster, its clients and its faults are drawn, and run; then the faults end, and the
 * group must come to life again.
 */
final class Simulation {
  /** What came of a seed. */
  record Result(
      long seed, long traceHash, int acknowledged, long slots, long faults, long micros) {}

  private static final long CRUEL = 12_000_000;
  private static final long HEALING = 6_000_000;
  private static final long QUIET = 3_000_000;

  private Simulation() {}

  static Result run(long seed) {
    World world = new World(seed);
    SplittableRandom random = world.random.split();
    QuorumSystem quorums = quorums(random);
    Settings settings =
        new Settings(
            50,
            500,
            100,
            2_000 + random.nextInt(4_000),
            1 + random.nextInt(300),
            1 + random.nextInt(600),
            100 + random.nextInt(2_000),
            100 + random.nextInt(2_000));
    Cluster cluster =
        new Cluster(world, quorums, 1 + random.nextInt(12), settings, Faults.draw(random));
    List<Operation> history = new ArrayList<>();
    List<Client> clients = new ArrayList<>();
    int keys = 1 + random.nextInt(3);
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      clients.add(new Client(cluster, history, keys, 1_000 + random.nextInt(400_000)));
    }
    try {
      cluster.start();
      clients.forEach(Client::start);
      world.runUntil(world.now() + CRUEL);
      cluster.heal();
      world.runUntil(world.now() + HEALING);
      revived(cluster);
      clients.forEach(Client::stop);
      world.runUntil(world.now() + settings.requestTimeout() * 1_000 + QUIET);
      converged(cluster);
      Linearizability.check(settled(history, cluster.oracle));
    } catch (RuntimeException | Error wrong) {
      throw new AssertionError("seed " + seed + ": " + wrong, wrong);
    }
    return new Result(
        seed,
        world.traceHash(),
        cluster.oracle.acknowledged(),
        cluster.oracle.highest(),
        cluster.injected(),
        world.now());
  }

  private static QuorumSystem quorums(SplittableRandom random) {
    int size = 1 + random.nextInt(7);
    List<String> members = List.of("a", "b", "c", "d", "e", "f", "g").subList(0, size);
    if (size > 2 && random.nextBoolean()) {
      int phase2 = 2 + random.nextInt(size - 1);
      int least = size + 1 - phase2;
      return QuorumSystem.counts(members, least + random.nextInt(size - least + 1), phase2);
    }
    return QuorumSystem.majority(members);
  }

  /** By now it is known which of the commands without an answer took effect, and by when. */
  private static List<Operation> settled(List<Operation> history, Oracle oracle) {
    return history.stream()
        .map(
            operation ->
                operation.unknown()
                    ? operation.doneBy(oracle.appliedAt(operation.value()))
                    : operation)
        .filter(operation -> operation.returned() != Long.MAX_VALUE)
        .toList();
  }

  /** Progress: each member takes a write and finishes it. */
  private static void revived(Cluster cluster) {
    World world = cluster.world;
    int[] done = {0};
    for (Node node : cluster.nodes) {
      long value = world.number();
      node.submit(
          Registers.write(-1, value),
          outcome -> {
            if (!(outcome instanceof Outcome.Applied)) {
              throw new Violation("a write at the healed member " + node.name + ": " + outcome);
            }
            done[0]++;
          });
    }
    world.runUntil(world.now() + 1_000_000);
    if (done[0] < cluster.nodes.size()) {
      throw new Violation(
          "the group was healed, and "
              + (cluster.nodes.size() - done[0])
              + " writes are not done after a second: "
              + cluster.nodes.stream().map(node -> node.name + " " + node.describe()).toList());
    }
  }

  /** No gap stays: all members have applied all there is. */
  private static void converged(Cluster cluster) {
    for (Node node : cluster.nodes) {
      if (node.applied() != cluster.oracle.highest()) {
        throw new Violation(
            node.name + " stays at slot " + node.applied() + " of " + cluster.oracle.highest());
      }
    }
  }
}
