package dev.synod.simulation.run;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.StateMachine;
import dev.synod.simulation.cluster.Cluster;
import dev.synod.simulation.cluster.Load;
import dev.synod.simulation.cluster.SimulatedClient;
import dev.synod.simulation.cluster.SimulatedNode;
import dev.synod.simulation.history.Linearizability;
import dev.synod.simulation.history.Operation;
import dev.synod.simulation.oracle.CheckedStateMachine;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Clients that read, write, and compare and set registers; what they saw must be linearizable. */
public final class RegisterLoad implements Load {
  private static final Set<ReadLevel.Kind> LINEARIZABLE =
      EnumSet.of(ReadLevel.Kind.LINEARIZABLE, ReadLevel.Kind.LEASE);

  private final Plan plan;
  private final List<Operation> history = new ArrayList<>();

  /** The values whose end some replica has applied. */
  private final Set<Long> ended = new HashSet<>();

  private @Nullable Cluster cluster;

  public RegisterLoad(Plan plan) {
    this.plan = plan;
  }

  @Override
  public StateMachine machine(Oracle.Replica replica) {
    Registers registers = new Registers((key, value) -> ended(replica, key, value));
    return new CheckedStateMachine<>(registers, machine -> {}, replica);
  }

  /** A value ended at the first of the replicas: its register was set to 0 by now. */
  private void ended(Oracle.Replica replica, int key, long value) {
    if (cluster != null && replica.isOf(cluster.oracle) && ended.add(value)) {
      history.add(
          new Operation(
              key,
              Operation.Kind.WRITE,
              -1,
              0,
              true,
              value,
              cluster.world.number(),
              /* unknown= */ false));
    }
  }

  @Override
  public byte[] probe(RandomGenerator random, long number) {
    return Registers.write(-1, number);
  }

  @Override
  public List<SimulatedClient> clients(Cluster cluster) {
    this.cluster = cluster;
    List<SimulatedClient> clients = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(new RegisterClient(cluster));
    }
    return clients;
  }

  @Override
  public void forced(UnaryOperator<byte[]> query, World world) {
    history.clear();
    ended.clear();
    for (int key = 0; key < plan.keys(); key++) {
      long value = ByteBuffer.wrap(query.apply(Registers.question(key))).getLong();
      if (value != 0) {
        history.add(
            new Operation(
                key, Operation.Kind.WRITE, 0, value, true, world.number(), world.number(), false));
      }
    }
  }

  @Override
  public void calm(Cluster cluster) {
    new DeadlineProbe(cluster, plan).run();
  }

  @Override
  public void conclude(Oracle oracle) {
    Linearizability.check(settled(history, oracle));
  }

  /**
   * Returns the history after the oracle has told which unanswered commands took effect, and when.
   */
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

  /** Values are unique in a run: each is the number of the command that writes it. */
  private final class RegisterClient extends SimulatedClient {
    private long seen;
    private int key;
    private Operation.Kind kind = Operation.Kind.READ;
    private long expected;

    /** Whether the last request was a read, and its level. */
    private boolean reads;

    private ReadLevel level = ReadLevel.LINEARIZABLE;

    RegisterClient(Cluster cluster) {
      super(cluster, plan.pause());
    }

    @Override
    public void request(SimulatedNode node) {
      key = world.random.nextInt(plan.keys());
      reads = false;
      long number = world.number();
      switch (world.random.nextInt(3)) {
        case 0 -> read(node, number, level());
        case 1 -> {
          kind = Operation.Kind.WRITE;
          expected = -1;
          submit(node, number, Registers.writeFor(key, number, life(number)));
        }
        default -> {
          kind = Operation.Kind.COMPARE_AND_SET;
          expected = seen;
          submit(node, number, Registers.compareAndSet(key, expected, number));
        }
      }
    }

    /** A third of the values end soon. */
    private static long life(long number) {
      return number % 3 == 0 ? 20 + number * 7919 % 500 : 0;
    }

    /** Half of the callers that read make the same request again. */
    @Override
    public void repeat(SimulatedNode node) {
      if (reads && world.random.nextBoolean()) {
        read(node, world.number(), level);
      } else {
        request(node);
      }
    }

    private void read(SimulatedNode node, long invoked, ReadLevel level) {
      reads = true;
      this.level = level;
      node.read(
          level,
          Registers.question(key),
          answer -> {
            if (answer != null) {
              seen = ByteBuffer.wrap(answer.bytes()).getLong();
              if (LINEARIZABLE.contains(answer.used())) {
                history.add(
                    new Operation(
                        key, Operation.Kind.READ, 0, seen, true, invoked, world.number(), false));
              }
            }
            again(node);
          });
    }

    private ReadLevel level() {
      return switch (world.random.nextInt(8)) {
        case 0 -> ReadLevel.bounded(world.random.nextLong(800));
        case 1 ->
            ReadLevel.notBefore(
                Math.max(0, cluster.oracle.highest() + world.random.nextLong(-4, 3)));
        case 2, 3 -> ReadLevel.LINEARIZABLE;
        default -> plan.sessions().lease() > 0 ? ReadLevel.LEASE : ReadLevel.LINEARIZABLE;
      };
    }

    @Override
    public void ended(long number, Outcome outcome) {
      if (outcome instanceof Outcome.Applied applied) {
        boolean result = applied.result()[0] == 1;
        seen = result ? number : seen;
        history.add(
            new Operation(key, kind, expected, number, result, number, world.number(), false));
      } else if (outcome instanceof Outcome.Unknown) {
        history.add(new Operation(key, kind, expected, number, true, number, Long.MAX_VALUE, true));
      } else if (outcome instanceof Outcome.Rejected rejected) {
        throw new Violation("a good command was rejected: " + rejected.reason());
      }
    }
  }
}
