package dev.synod.simulation.cluster;

import dev.synod.core.Outcome;
import dev.synod.simulation.world.World;

/** A client that makes one request after the other at random members. */
public abstract class SimulatedClient {
  public final Cluster cluster;
  public final World world;
  private final long pause;
  private boolean stopped;
  private boolean busy;

  public SimulatedClient(Cluster cluster, long pause) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.pause = pause;
  }

  public void start() {
    world.after(world.random.nextLong(500_000), this::next);
  }

  public void stop() {
    stopped = true;
  }

  public boolean isIdle() {
    return !busy;
  }

  private void next() {
    if (stopped) {
      return;
    }
    SimulatedNode node = cluster.nodes.get(world.random.nextInt(cluster.nodes.size()));
    if (node.isUp() && !node.isWitness() && !node.isFenced()) {
      busy = true;
      request(node);
    } else {
      again();
    }
  }

  /** Makes one request, and calls {@link #again} when it ends. */
  public abstract void request(SimulatedNode node);

  /** Makes a request in the callback of the last one, at the same member. */
  public void repeat(SimulatedNode node) {
    request(node);
  }

  /** Submits a command of this number. */
  public void submit(SimulatedNode node, long number, byte[] command) {
    node.submit(
        number,
        command,
        outcome -> {
          world.trace(outcome.getClass().getSimpleName().hashCode());
          if (outcome instanceof Outcome.Applied) {
            cluster.oracle.acknowledged(number);
          } else if (!(outcome instanceof Outcome.Unknown || outcome instanceof Outcome.Rejected)) {
            cluster.oracle.refused(number);
          }
          ended(number, outcome);
          again(node);
        });
  }

  /** A command came to its end. */
  public abstract void ended(long number, Outcome outcome);

  /** The last request, at this member, has ended. */
  public void again(SimulatedNode node) {
    if (world.chance(cluster.turns.callers())
        && !stopped
        && node.isUp()
        && !node.isWitness()
        && !node.isFenced()) {
      repeat(node);
    } else {
      again();
    }
  }

  private void again() {
    busy = false;
    world.after(world.random.nextLong(1 + pause), this::next);
  }
}
