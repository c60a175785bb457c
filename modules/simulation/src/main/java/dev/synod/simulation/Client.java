package dev.synod.simulation;

import dev.synod.core.Outcome;
import java.util.List;

/** Does one thing after the other at members of its choice, and notes what it saw. */
final class Client {
  private final Cluster cluster;
  private final World world;
  private final List<Operation> history;
  private final int keys;
  private final long pause;
  private long seen;
  private boolean stopped;

  /** Values are unique in a run: each is the number of the moment when it was written. */
  Client(Cluster cluster, List<Operation> history, int keys, long pause) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.history = history;
    this.keys = keys;
    this.pause = pause;
  }

  void start() {
    world.after(world.random.nextLong(500_000), this::next);
  }

  void stop() {
    stopped = true;
  }

  private void next() {
    if (stopped) {
      return;
    }
    Node node = cluster.nodes.get(world.random.nextInt(cluster.nodes.size()));
    if (!node.isUp()) {
      again();
      return;
    }
    int key = world.random.nextInt(keys);
    long invoked = world.number();
    switch (world.random.nextInt(3)) {
      case 0 ->
          node.read(
              key,
              value -> {
                if (value != null) {
                  seen = value;
                  history.add(
                      new Operation(
                          key,
                          Operation.Kind.READ,
                          0,
                          value,
                          true,
                          invoked,
                          world.number(),
                          false));
                }
                again();
              });
      case 1 ->
          node.submit(
              Registers.write(key, invoked),
              outcome -> note(key, Operation.Kind.WRITE, -1, invoked, outcome));
      default -> {
        long expected = seen;
        node.submit(
            Registers.compareAndSet(key, expected, invoked),
            outcome -> note(key, Operation.Kind.COMPARE_AND_SET, expected, invoked, outcome));
      }
    }
  }

  private void note(int key, Operation.Kind kind, long expected, long value, Outcome outcome) {
    if (outcome instanceof Outcome.Applied applied) {
      cluster.oracle.acknowledged(value);
      boolean result = applied.result()[0] == 1;
      if (result) {
        seen = value;
      }
      history.add(new Operation(key, kind, expected, value, result, value, world.number(), false));
    } else if (outcome instanceof Outcome.Unknown) {
      history.add(new Operation(key, kind, expected, value, true, value, Long.MAX_VALUE, true));
    } else if (outcome instanceof Outcome.Rejected rejected) {
      throw new Violation("a good command was rejected: " + rejected.reason());
    } else {
      cluster.oracle.refused(value);
    }
    again();
  }

  private void again() {
    world.after(world.random.nextLong(1 + pause), this::next);
  }
}
