package dev.synod.simulation.run;

import dev.synod.core.Outcome;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Configuration;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.cluster.Cluster;
import dev.synod.simulation.cluster.Load;
import dev.synod.simulation.cluster.SimulatedClient;
import dev.synod.simulation.cluster.SimulatedNode;
import dev.synod.simulation.cluster.TraceListener;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.QuorumGenerator;
import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Runner;
import dev.synod.simulation.plan.Step;
import dev.synod.simulation.spec.Projection;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan: a cluster, its clients and its faults. Then the faults end, and the group must make
 * progress again.
 */
public final class Simulation implements Runner {

  /** After the last fault, until every member has finished a command. */
  private static final long HEALING = 7_000_000;

  /** After the last request, until all members must have applied all there was then. */
  private static final long QUIET = 3_000_000;

  private final @Nullable Mutant mutant;
  private final Function<Plan, Load> loads;

  /** Simulates registers. */
  public Simulation() {
    this("");
  }

  /**
   * Simulates registers, with a mistake. Called by reflection in a mutant's class loader.
   *
   * @param mutant its label; empty for none
   */
  Simulation(String mutant) {
    this(mutant.isEmpty() ? null : Mutant.of(mutant), RegisterLoad::new);
  }

  /** Simulates another state machine. */
  public Simulation(@Nullable Mutant mutant, Function<Plan, Load> loads) {
    this.mutant = mutant;
    this.loads = loads;
  }

  @Override
  public Result run(Plan plan, boolean traced) {
    World world = new World(plan.seed(), plan.skipped(), traced);
    return run(plan, world, traced, TraceListener.NOBODY);
  }

  @Override
  public List<Step> project(Plan plan, int atMost) {
    World world = new World(plan.seed(), plan.skipped(), false);
    Projection projection = new Projection(world, plan.members(), atMost);
    run(plan, world, false, projection);
    return projection.steps();
  }

  private Result run(Plan plan, World world, boolean traced, TraceListener traceListener) {
    Settings settings =
        new Settings(
            50,
            500,
            100,
            plan.requestTimeout(),
            plan.maxBatch(),
            plan.maxPage(),
            plan.maxQueue(),
            plan.maxQueue(),
            compaction(plan.snapshots()),
            new Settings.Sessions(plan.sessions().timeout(), plan.sessions().maxReads()),
            new Settings.Lease(plan.sessions().lease(), plan.sessions().drift()),
            plan.parts().thrifty());
    Load load = loads.apply(plan);
    Cluster cluster =
        new Cluster(
            world, initialConfiguration(plan), plan.alpha(), settings, plan.faults(), load, mutant);
    cluster.traceListener = traceListener;
    cluster.addOutsiders(plan.parts().outsiders());
    cluster.mixed = plan.parts().mixed();
    cluster.turns = plan.turns();
    cluster.slowSnapshots = plan.snapshots().slow();
    String violation = "";
    try {
      live(cluster, plan);
    } catch (RuntimeException | Error wrong) {
      violation = describe(wrong, traced);
      String last = violation;
      world.note(TraceEvent.Kind.VIOLATION, () -> last);
    }
    return new Result(
        plan,
        violation,
        world.traceHash(),
        cluster.oracle.acknowledged(),
        cluster.oracle.highest(),
        world.injected(),
        world.now() - World.BEGINNING,
        world.happened());
  }

  /** Returns the first configuration with the roles of the plan. */
  private static Configuration initialConfiguration(Plan plan) {
    QuorumSystem quorums = QuorumGenerator.written(plan.members(), plan.quorum());
    Plan.Parts parts = plan.parts();
    List<String> members = new ArrayList<>(plan.members());
    members.addAll(parts.others());
    List<String> proposers = new ArrayList<>(members);
    proposers.removeAll(parts.mute());
    return new Configuration(1, members, quorums, proposers, parts.witnesses());
  }

  private static Settings.Compaction compaction(Plan.Snapshots plan) {
    return new Settings.Compaction(
        plan.after(), plan.retained(), plan.lent(), plan.chunk(), plan.window(), plan.marker());
  }

  private static String describe(Throwable wrong, boolean traced) {
    // The oracle looks on within a state machine, whose errors are wrapped.
    for (Throwable cause = wrong; cause != null; cause = cause.getCause()) {
      if (cause instanceof Violation) {
        return String.valueOf(cause.getMessage());
      }
    }
    if (!traced) {
      return wrong.toString();
    }
    StringWriter text = new StringWriter();
    wrong.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static void live(Cluster cluster, Plan plan) {
    World world = cluster.world;
    List<SimulatedClient> clients = cluster.load.clients(cluster);
    cluster.start();
    clients.forEach(SimulatedClient::start);
    world.runUntil(world.now() + plan.cruelty());
    cluster.heal();
    revived(cluster);
    clients.forEach(SimulatedClient::stop);
    long late = world.now() + plan.requestTimeout() * 1_000;
    while (world.now() < late && !clients.stream().allMatch(SimulatedClient::isIdle)) {
      world.runUntil(world.now() + 100_000);
    }
    // KeepAlive commands continue, and the check does not wait for them.
    long last = cluster.oracle.highest();
    // What is late by seconds keeps up appearances of former leaders until it has come.
    long end = Math.max(world.now(), cluster.network.lastStray()) + QUIET;
    while (world.now() < end && !(isConverged(cluster, last) && cluster.intruders().isEmpty())) {
      world.runUntil(world.now() + 100_000);
    }
    converged(cluster, last);
    if (!cluster.intruders().isEmpty()) {
      throw new Violation(
          cluster.intruders().stream().map(node -> node.name + " " + node.describe()).toList()
              + " may not take part, and were not told in time");
    }
    cluster.load.calm(cluster);
    cluster.load.conclude(cluster.oracle);
  }

  /** Progress: each member takes a command and finishes it. */
  private static void revived(Cluster cluster) {
    World world = cluster.world;
    // Changes that were asked for may still come.
    Set<SimulatedNode> probed = new LinkedHashSet<>();
    List<SimulatedNode> done = new ArrayList<>();
    List<SimulatedNode> missing = missing(cluster, done);
    long end = world.now() + HEALING;
    while (world.now() < end && !missing.isEmpty()) {
      for (SimulatedNode node : missing) {
        if (probed.add(node)) {
          probe(cluster, node, done);
        }
      }
      world.runUntil(world.now() + 20_000);
      missing = missing(cluster, done);
    }
    if (!missing.isEmpty()) {
      throw new Violation(
          HEALING / 1_000_000
              + " seconds after the last fault no command was done at "
              + missing.stream().map(node -> node.name).toList()
              + ": "
              + cluster.nodes.stream().map(node -> node.name + " " + node.describe()).toList());
    }
  }

  private static List<SimulatedNode> missing(Cluster cluster, List<SimulatedNode> done) {
    List<SimulatedNode> missing = new ArrayList<>(cluster.living());
    missing.removeIf(SimulatedNode::isWitness);
    missing.removeAll(done);
    return missing;
  }

  private static void probe(Cluster cluster, SimulatedNode node, List<SimulatedNode> done) {
    long number = cluster.world.number();
    node.submit(
        number,
        cluster.load.probe(cluster.world.random, number),
        outcome -> {
          if (outcome instanceof Outcome.Applied || outcome instanceof Outcome.Rejected) {
            done.add(node);
          } else {
            cluster.world.after(100_000, () -> probe(cluster, node, done));
          }
        });
  }

  private static boolean isConverged(Cluster cluster, long last) {
    return cluster.living().stream().allMatch(node -> node.applied() >= last);
  }

  /** No gap stays: all members have applied all there was when the last request had ended. */
  private static void converged(Cluster cluster, long last) {
    for (SimulatedNode node : cluster.living()) {
      if (node.applied() < last) {
        throw new Violation(
            String.format(
                Locale.ROOT,
                "%s stays at slot %d of %d: %s",
                node.name,
                node.applied(),
                last,
                node.describe()));
      }
    }
  }
}
