package dev.synod.simulation.cluster;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.disk.Disk;
import dev.synod.simulation.disk.LogDisk;
import dev.synod.simulation.disk.RecordDisk;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members and their clients, and the faults that befall them. */
public final class Cluster {
  public final World world;

  /** It watches the epoch that the group lives in. */
  public Oracle oracle;

  /** It watches the group that machines with empty disks may found under the members' names. */
  final Oracle intrudersOracle;

  public final Network network;
  public final Load load;
  public final List<SimulatedNode> nodes = new ArrayList<>();
  final Configuration birth;
  final long alpha;
  final Settings settings;
  final @Nullable Mutant mutant;

  /** Who looks on. */
  public TraceListener traceListener = TraceListener.NOBODY;

  private final Map<String, SimulatedNode> byName = new HashMap<>();
  private final MembershipChurn membershipChurn;
  private final Impostors impostors;
  private final LeaderIsolation leaderIsolation;

  /** How many clients each member lets in. */
  int maxClients;

  /** Whether members that come later may lack roles. */
  public boolean mixed;

  /** How long the turns of a member are, and what callers do in them. */
  public Plan.Turns turns = Plan.Turns.NONE;

  /** How much longer it takes at most to write a snapshot. */
  public long slowSnapshots;

  private Faults faults;
  private boolean healed;
  private boolean forced;

  /** Whether the group is founded in the run. */
  final boolean founding;

  private final String dispensable;

  /** The identity of the group's founding; 0 before a member belongs to it. */
  private long born;

  /** The largest command so far; the first are those that open sessions. */
  private long largest = 60;

  Cluster(
      World world,
      QuorumSystem quorums,
      long alpha,
      Settings settings,
      Faults faults,
      Load load,
      @Nullable Mutant mutant) {
    this(world, Configuration.first(quorums), alpha, settings, faults, load, mutant);
  }

  public Cluster(
      World world,
      Configuration birth,
      long alpha,
      Settings settings,
      Faults faults,
      Load load,
      @Nullable Mutant mutant) {
    this.world = world;
    this.birth = birth;
    this.alpha = alpha;
    this.oracle = new Oracle(world, alpha, birth);
    this.intrudersOracle = new Oracle(world, alpha, birth);
    this.settings = settings;
    this.faults = faults;
    this.founding = faults.identities().founding();
    this.dispensable = dispensable(birth, faults.store().frail());
    this.load = load;
    this.mutant = mutant;
    this.membershipChurn = new MembershipChurn(this);
    this.leaderIsolation = new LeaderIsolation(this);
    this.impostors = new Impostors(this);
    this.network = new Network(this, impostors, leaderIsolation);
    for (String name : birth.members()) {
      add(new SimulatedNode(name, this, SimulatedNode.Kind.BORN));
    }
  }

  /** Clients that are no members. */
  public void addOutsiders(int count) {
    maxClients = count;
    for (int i = 1; i <= count; i++) {
      add(new SimulatedNode("client" + i, this, SimulatedNode.Kind.OUTSIDER));
    }
  }

  void add(SimulatedNode node) {
    nodes.add(node);
    byName.put(node.name, node);
  }

  /** The node of that name; null if there is none. */
  @Nullable SimulatedNode node(String name) {
    return byName.get(name);
  }

  /** What the founders found. */
  Foundation foundation() {
    return new Foundation(alpha, birth, List.of());
  }

  /** A member belongs to the group with this birth. */
  void born(String name, long identity) {
    if (born == 0) {
      born = identity;
      world.note(TraceEvent.Kind.CHANGE, name, () -> "is the first member of the group");
    } else if (born != identity) {
      throw new Violation(name + " belongs to another founding of the group than the others");
    }
  }

  /** Whether each founder durably belongs to the group. */
  boolean isFounded() {
    return !founding
        || nodes.stream()
            .filter(node -> node.isFounder() && !node.isGone())
            .allMatch(SimulatedNode::isBorn);
  }

  /** Whether the group has this birth. */
  boolean isBornAs(long birth) {
    return born == birth;
  }

  /** Whether machines with empty disks run under the names of all founders. */
  boolean isEveryFounderPretended() {
    return birth.members().stream().allMatch(name -> impostors.of(name) != null);
  }

  /**
   * Whether the disk of this founder, which crashes, is lost. The last founder alone, if the others
   * can do without it: the others may have its word already, and know it by the lost disk. And
   * before any member belongs to the group, for then the loss of a disk is the frail members' lot.
   */
  boolean empties(String name) {
    return founding
        && born == 0
        && name.equals(dispensable)
        && world.strikes(faults.identities().emptied());
  }

  /** The members whose store may be lost, or was lost before the group was founded. */
  List<String> frail() {
    List<String> frail = new ArrayList<>(faults.store().frail());
    nodes.stream().filter(SimulatedNode::isEmptied).forEach(node -> frail.add(node.name));
    return frail;
  }

  /** The last founder, if the others with sound disks can do without it; empty if they cannot. */
  private static String dispensable(Configuration birth, List<String> frail) {
    String last = birth.members().get(birth.members().size() - 1);
    List<String> others = new ArrayList<>(birth.members());
    others.remove(last);
    others.removeAll(frail);
    boolean enough =
        birth.quorums().isQuorum(Phase.ONE, others)
            && birth.quorums().isQuorum(Phase.TWO, others)
            && others.stream().anyMatch(birth::isProposer)
            && !birth.witnesses().containsAll(others);
    return enough ? last : "";
  }

  Disk newDisk(String name) {
    return faults.store().files()
        ? new LogDisk(name, world, () -> this.faults.store(), this::isFounded, mutant)
        : new RecordDisk(world);
  }

  /** The members that the group has by now, but for those whose store is lost; and its clients. */
  public List<SimulatedNode> living() {
    return nodes.stream()
        .filter(node -> node.isOutsider() || (oracle.isMember(node.name) && !node.isGone()))
        .toList();
  }

  Faults faults() {
    return faults;
  }

  /** A command of so many bytes is on its way. */
  void submitted(int bytes) {
    largest = Math.max(largest, bytes + Value.COMMAND_OVERHEAD);
  }

  /** Bytes of commands that may wait at a leader: what is set, and one command of each source. */
  long queueLimit() {
    return settings.maxQueue() + largest * (nodes.size() + 1);
  }

  public void start() {
    nodes.forEach(SimulatedNode::start);
    if (faults.skew()) {
      for (SimulatedNode node : nodes) {
        node.clock.set(rate(), world.random.nextLong(-3_600_000, 3_600_000));
      }
    }
    world.after(100_000, this::befall);
  }

  /** How fast a clock runs: within what leases bear, if there are any. */
  private double rate() {
    Settings.Lease lease = settings.lease();
    if (lease.duration() == 0 || mutant == Mutant.CLOCKS_BEYOND_THE_DRIFT_BOUND) {
      return 0.1 + world.random.nextDouble() * 2.9;
    }
    // The slowest is to the fastest as what the leader counts is to what it was granted.
    double drift = (double) lease.drift() / lease.duration();
    double off = drift / (2 - drift);
    if (faults.isolation().rate() > 0 && world.random.nextInt(4) > 0) {
      return world.random.nextBoolean() ? 1 - off : 1 + off;
    }
    return 1 - off + world.random.nextDouble() * 2 * off;
  }

  /** Every tenth of a second something may happen. */
  private void befall() {
    if (healed) {
      return;
    }
    if (world.strikes(faults.crash() / 10)) {
      if (world.random.nextBoolean()) {
        crash(any());
      } else {
        any().leave();
      }
    }
    if (world.strikes(faults.partition() / 10)) {
      network.partition();
    }
    if (world.strikes(faults.pause() / 10)) {
      SimulatedNode node = any();
      world.note(TraceEvent.Kind.PAUSE, node.name, () -> "stands still");
      long until = world.now() + 10_000 + world.random.nextLong(2_000_000);
      node.pauseUntil(until);
      network.stray(until);
    }
    if (faults.sleep() > 0 && world.strikes(faults.sleep() / 10)) {
      sleep();
    }
    if (faults.skew() && faults.sleep() == 0 && world.strikes(0.02)) {
      SimulatedNode node = any();
      world.note(TraceEvent.Kind.PAUSE, node.name, () -> "has its wall clock set");
      node.clock.setWall(world.random.nextLong(-3_600_000, 3_600_000));
    }
    if (world.strikes(faults.store().full() / 10)) {
      SimulatedNode node = any();
      world.note(TraceEvent.Kind.DISK, node.name, () -> "has a full disk");
      node.fillDisk();
    }
    for (double rate = faults.usurpation() / 10; rate > 0; rate--) {
      if (world.strikes(Math.min(1, rate))) {
        SimulatedNode node = any();
        world.after(
            world.random.nextLong(100_000),
            () -> {
              world.note(TraceEvent.Kind.CANDIDATE, node.name, () -> "becomes a candidate");
              node.usurp();
            });
      }
    }
    if (world.strikes(faults.reconfiguration() / 10)) {
      if (world.chance(0.2)) {
        any().transfer(any().name);
      } else {
        SimulatedNode asked = any();
        if (!asked.isFenced()) {
          membershipChurn.ask(asked);
        }
      }
    }
    if (world.strikes(faults.identities().impostors() / 10)) {
      impostors.appear(any());
    }
    if (!forced && world.strikes(faults.identities().forcing() / 10)) {
      force(any());
    }
    if (world.strikes(faults.isolation().rate() / 10)) {
      leaderIsolation.befall(membershipChurn);
    }
    world.after(100_000, this::befall);
  }

  /**
   * A machine sleeps, every second time that of a leader: nothing of it goes on but its wall clock.
   */
  private void sleep() {
    List<SimulatedNode> leaders = nodes.stream().filter(SimulatedNode::leads).toList();
    SimulatedNode node =
        leaders.isEmpty() || world.random.nextBoolean()
            ? any()
            : leaders.get(world.random.nextInt(leaders.size()));
    if (node.pause() > 0) {
      return;
    }
    long micros = 20_000 + world.random.nextLong(1_500_000);
    world.note(TraceEvent.Kind.PAUSE, node.name, () -> "sleeps for " + micros / 1_000 + " ms");
    node.clock.sleep(micros);
    node.pauseUntil(world.now() + micros);
    network.stray(world.now() + micros);
  }

  /** A node, drawn. */
  SimulatedNode any() {
    return nodes.get(world.random.nextInt(nodes.size()));
  }

  void crash(SimulatedNode node) {
    node.crash();
    world.after(
        1_000 + world.random.nextLong(faults.restart()),
        () -> {
          node.start();
          // What recovery has found must be as durable as what it was found in.
          if (world.strikes(faults.store().rot() / 3)) {
            crash(node);
          }
        });
  }

  /**
   * All members stand still, and this one is made the whole group. The others should never be
   * started again, and are.
   */
  private void force(SimulatedNode survivor) {
    Configurations known = survivor.configurations();
    if (known == null
        || !known.isInitialized()
        || !oracle.isMember(survivor.name)
        || survivor.isWitness()) {
      return;
    }
    forced = true;
    world.note(TraceEvent.Kind.CHANGE, survivor.name, () -> "is made the whole group");
    nodes.forEach(SimulatedNode::crash);
    Oracle next = survivor.force();
    oracle = next == null ? oracle : next;
    for (SimulatedNode node : nodes) {
      if (next != null && node != survivor && !node.isOutsider()) {
        node.fence();
      }
      world.after(world.random.nextLong(1_000_000), node::start);
    }
  }

  /** Machines that must have stopped by now: they were told that they may not take part. */
  public List<SimulatedNode> intruders() {
    List<SimulatedNode> intruders = impostors.all();
    intruders.addAll(nodes);
    intruders.removeIf(node -> !node.isUp() || !node.isIntruder());
    return intruders;
  }

  /** The end of all faults: links are mended, members run. */
  public void heal() {
    world.note(TraceEvent.Kind.CALM, () -> "the faults end");
    healed = true;
    boolean slept = faults.sleep() > 0;
    faults = faults.calm();
    network.heal();
    leaderIsolation.end();
    for (SimulatedNode node : nodes) {
      if (!slept) {
        // A wall clock that is set back would hide the sleep that it tells of.
        node.clock.set(1, 0);
      }
      node.freeDisk();
      node.start();
    }
    impostors.all().forEach(SimulatedNode::start);
  }
}
