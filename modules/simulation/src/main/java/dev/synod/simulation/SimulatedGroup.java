package dev.synod.simulation;

import dev.synod.core.Outcome;
import dev.synod.core.StateMachine;
import dev.synod.simulation.cluster.Cluster;
import dev.synod.simulation.cluster.Load;
import dev.synod.simulation.cluster.SimulatedClient;
import dev.synod.simulation.cluster.SimulatedNode;
import dev.synod.simulation.oracle.CheckedStateMachine;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.QuorumGenerator;
import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Runner;
import dev.synod.simulation.plan.Swarm;
import dev.synod.simulation.run.Simulation;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Simulated groups of an application's state machine, one for each seed. Immutable and thread-safe.
 *
 * @param seeds number of seeds
 * @param from first seed
 * @param members number of members in each group; 0 draws them and the quorum system with the seed
 * @param quorum as in {@link SimulatedCluster#quorum}
 */
public record SimulatedGroup(long seeds, long from, int members, String quorum) {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
  private static final Pattern COUNTS =
      Pattern.compile("counts\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");

  public SimulatedGroup {
    if (seeds < 1) {
      throw new IllegalArgumentException("expected 1 seed or more, found " + seeds);
    }
    if (members < 0 || members > NAMES.size()) {
      throw new IllegalArgumentException(
          "expected 1 to 9 members, or 0 to draw them, found " + members);
    }
    if (members > 0) {
      // An invalid quorum system fails immediately.
      QuorumGenerator.written(NAMES.subList(0, members), spec(quorum));
    }
  }

  private static String spec(String quorum) {
    Matcher counts = COUNTS.matcher(quorum.strip());
    if (counts.matches()) {
      return String.format(
          Locale.ROOT,
          "{\"rule\":\"counts\",\"phase1\":%s,\"phase2\":%s}",
          counts.group(1),
          counts.group(2));
    }
    return quorum.strip().equals("majority") ? "{\"rule\":\"majority\"}" : quorum;
  }

  /**
   * Runs every seed: clients submit random commands to members that fail, and in the end all
   * members must have the same state. The given invariant must hold on every member after every
   * slot, in addition to the guarantees of the group (a command is applied once and acknowledged
   * only if applied, with the same order and hash everywhere).
   *
   * @param machine creates a state machine, which must be deterministic
   * @param command creates a random command; all randomness must come from the argument
   * @param invariant throws an assertion error if the state is wrong; it must not change the state
   * @throws AssertionError naming the first failing seed and how to run it alone
   */
  public <M extends StateMachine> void check(
      Supplier<M> machine,
      Function<? super RandomGenerator, byte[]> command,
      Consumer<? super M> invariant) {
    Runner runner =
        new Simulation(null, plan -> new MachineLoad<>(plan, machine, command, invariant));
    LongStream.range(from, from + seeds)
        .parallel()
        .mapToObj(seed -> runner.run(plan(seed), false))
        .filter(Result::failed)
        .min((one, other) -> Long.compare(one.plan().seed(), other.plan().seed()))
        .ifPresent(
            failed -> {
              throw new AssertionError(
                  String.format(
                      Locale.ROOT,
                      "seed %d: %s%nrun it alone with @SimulatedCluster(seeds = 1, from = %d, …)",
                      failed.plan().seed(),
                      failed.violation(),
                      failed.plan().seed()));
            });
  }

  private Plan plan(long seed) {
    Plan plan = Swarm.draw(seed);
    return members == 0 ? plan : plan.withMembers(NAMES.subList(0, members), spec(quorum));
  }

  private record MachineLoad<M extends StateMachine>(
      Plan plan,
      Supplier<M> maker,
      Function<? super RandomGenerator, byte[]> command,
      Consumer<? super M> invariant)
      implements Load {
    @Override
    public StateMachine machine(Oracle.Replica replica) {
      return new CheckedStateMachine<>(maker.get(), invariant, replica);
    }

    @Override
    public byte[] probe(RandomGenerator random, long number) {
      return command.apply(random);
    }

    @Override
    public List<SimulatedClient> clients(Cluster cluster) {
      List<SimulatedClient> clients = new ArrayList<>();
      for (int i = 0; i < plan.clients(); i++) {
        clients.add(new CommandClient(cluster));
      }
      return clients;
    }

    @Override
    public void forced(UnaryOperator<byte[]> query, World world) {
      // The invariant must hold for any state.
    }

    @Override
    public void conclude(Oracle oracle) {
      // The oracle and the invariant have checked everything.
    }

    private final class CommandClient extends SimulatedClient {
      CommandClient(Cluster cluster) {
        super(cluster, plan.pause());
      }

      @Override
      public void request(SimulatedNode node) {
        submit(node, world.number(), command.apply(world.random));
      }

      @Override
      public void ended(long number, Outcome outcome) {}
    }
  }
}
