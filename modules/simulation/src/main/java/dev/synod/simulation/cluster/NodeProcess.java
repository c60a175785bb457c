package dev.synod.simulation.cluster;

import dev.synod.core.Outcome;
import dev.synod.core.StateMachine;
import dev.synod.core.host.Host;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.member.Member;
import dev.synod.core.member.MemberKind;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.proposer.Proposer;
import dev.synod.simulation.disk.Disk;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.world.MachineClock;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import dev.synod.storage.file.StorageException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a member, from its start to its crash. It executes the actions of the roles on
 * the machine's disk, and the oracle checks it after each turn.
 */
final class NodeProcess implements Host, SimulatedSnapshots.Machine {
  /** A change of the group, and the number under which the member ends it. */
  private record Changing(long number, Configuration next, boolean forced) {}

  private static final long TICK = 10_000;

  private final SimulatedNode node;
  private final String name;
  private final MachineClock clock;
  private final Cluster cluster;
  private final World world;
  private final Oracle oracle;

  /** The change that this member was asked for last. */
  private @Nullable Changing changing;

  private final Disk disk;
  private final long life;
  private final SimulatedSnapshots simulatedSnapshots;
  private final PendingCalls pendingCalls;
  private final OracleProbe inspection;
  private final PendingWrites pendingWrites;
  private final Member member;
  private long leavingUntil;

  /** When it was last told that time has passed, by its monotonic clock. */
  private long tickedAt;

  /** Whether a part of a turn is running, and whether the end of the turn is scheduled. */
  private boolean inTurn;

  private boolean turnEnds;

  NodeProcess(SimulatedNode node, Cluster cluster, Oracle oracle, Disk disk, Recovered recovered) {
    this.node = node;
    this.name = node.name;
    this.clock = node.clock;
    this.cluster = cluster;
    this.world = cluster.world;
    this.oracle = oracle;
    this.disk = disk;
    life = world.number();
    simulatedSnapshots = new SimulatedSnapshots(this, disk, cluster);
    pendingCalls = new PendingCalls(name, this, clock, oracle, cluster);
    inspection = new OracleProbe(node, oracle, cluster);
    pendingWrites = new PendingWrites(node, this, disk, cluster);
    member =
        new Member(
            setup(belonging(recovered), cluster.load.machine(oracle.new Replica(name))),
            world.random.nextLong(),
            world.random::nextLong,
            clock.now(),
            clock.wall(clock.now()),
            this);
  }

  private Member.Setup setup(Recovered recovered, StateMachine machine) {
    List<String> contacts = oracle.members();
    Settings settings = new DrawnSettings(cluster).draw();
    return node.isOutsider()
        ? Member.Setup.client(name, contacts, settings, disk.incarnationHistory(), machine)
        : new Member.Setup(
            name,
            configurations(recovered),
            node.founds() ? cluster.foundation() : null,
            contacts,
            settings,
            recovered,
            disk.incarnationHistory(),
            machine,
            node.isWitness() ? MemberKind.WITNESS : MemberKind.MEMBER,
            cluster.maxClients);
  }

  /** A founder belongs to the group from the beginning, unless the group is founded in the run. */
  private Recovered belonging(Recovered recovered) {
    return recovered.initialized() == null && node.isFounder() && !node.founds()
        ? recovered.of(new LogRecord.Initialized(cluster.alpha, cluster.birth))
        : recovered;
  }

  private static Configurations configurations(Recovered recovered) {
    LogRecord.Initialized initialized = recovered.initialized();
    return initialized == null
        ? Configurations.uninitialized()
        : new Configurations(initialized.alpha(), initialized.configuration());
  }

  void begin() {
    turn(
        member -> {
          simulatedSnapshots.restore(member);
          member.start();
        });
    later(world.random.nextLong(TICK), this::tick);
  }

  /** It never runs: the tool alone looks at its disk, and writes to it. */
  @Nullable Member force() {
    simulatedSnapshots.restore(member);
    member.start();
    if (!member.obstacleToForce().isEmpty()) {
      return null;
    }
    member.forceAlone();
    disk.write();
    disk.force();
    return member;
  }

  boolean dead() {
    return !node.lives(this);
  }

  /** Later, unless the member has crashed until then, or stands still. */
  @Override
  public void later(long micros, Runnable what) {
    world.after(
        micros,
        () -> {
          if (!dead()) {
            if (node.pause() > 0) {
              later(node.pause(), what);
            } else {
              what.run();
            }
          }
        });
  }

  private void tick() {
    if (leavingUntil > 0 && handedOver()) {
      cluster.crash(node);
      return;
    }
    turn(
        member -> {
          tickedAt = clock.now();
          member.tick(tickedAt, clock.wall(tickedAt));
        });
    if (node.isOutsider() && member.health().leader().equals(Ballot.NONE)) {
      // A running client can be found by its address.
      member.contacts(cluster.oracle.members());
    }
    later(TICK, this::tick);
  }

  private boolean handedOver() {
    boolean[] over = {false};
    turn(member -> over[0] = member.handOver(world.now() >= leavingUntil));
    return over[0] && !dead();
  }

  /** A part of a turn within another part, as a caller makes it in a callback, ends it later. */
  @Override
  public void turn(Consumer<Member> what) {
    part(what, /* timed= */ true);
  }

  /** A request of a caller; later requests of a turn share the time of the first, as hosts do. */
  void request(Consumer<Member> what) {
    part(what, !turnEnds);
  }

  private void part(Consumer<Member> what, boolean timed) {
    boolean outer = !inTurn;
    inTurn = true;
    if (timed) {
      tellTime();
    }
    what.accept(member);
    inTurn = !outer;
    if (dead()) {
      return;
    }
    if (outer && cluster.turns.length() == 0) {
      endTurn();
    } else if (!turnEnds) {
      turnEnds = true;
      long micros = outer ? world.random.nextLong(cluster.turns.length()) : 0;
      later(
          micros,
          () -> {
            tellTime();
            turnEnds = false;
            endTurn();
          });
    }
  }

  private void tellTime() {
    if (cluster.mutant != Mutant.TIME_TOLD_BY_TICKS_ONLY
        && !(cluster.mutant == Mutant.TIME_TOLD_ONCE_A_TURN && turnEnds)) {
      long now = clock.now();
      member.time(now, clock.wall(now));
    }
  }

  private void endTurn() {
    inTurn = true;
    member.flush();
    inTurn = false;
    if (!dead() && member.isInitialized() && !node.isOutsider()) {
      node.belongsTo(member.epoch().birth());
    }
    if (!dead() && member.owesNotice()) {
      later(1, () -> turn(next -> {}));
    }
    if (!dead()) {
      cluster.traceListener.turned(name, member);
      inspection.look(member);
    }
  }

  @Override
  public Member member() {
    return member;
  }

  String describe() {
    return member.health()
        + " chosen "
        + member.log().chosen()
        + " applied "
        + member.replica().applied()
        + " floor "
        + member.log().floor()
        + " fetching "
        + member.fetching()
        + " promised "
        + member.acceptor().promised()
        + " proposes "
        + member.proposer().ballot()
        + " in flight "
        + member.proposer().inFlight()
        + " pending "
        + member.session().pending()
        + (member.isInitialized()
            ? " configuration "
                + member.configurations().current()
                + " from "
                + member.configurations().currentFrom()
                + " then "
                + member.configurations().pending()
            : " unborn");
  }

  PendingWrites pendingWrites() {
    return pendingWrites;
  }

  PendingCalls pendingCalls() {
    return pendingCalls;
  }

  /** It hands over what it has, and stops at that time at the latest. */
  void leaveBy(long time) {
    leavingUntil = time;
  }

  /** Ends the pending requests, because the member has crashed. */
  void fail() {
    pendingCalls.fail(member);
  }

  // ---- what it writes and says ----------------------------------------------------------------

  @Override
  public void append(LogRecord record) {
    pendingWrites.append(record);
    cluster.traceListener.appended(name, record, member);
    if (record.awaited()) {
      pendingWrites.forceSoon();
    }
  }

  /** A write or force that fails stops the member for good; here: until it is started again. */
  @Override
  public boolean stored(Runnable what) {
    try {
      what.run();
      return true;
    } catch (StorageException failed) {
      if (failed.kind() == StorageException.Kind.INCOMPATIBLE_FORMAT) {
        // No fault of a disk is the cause.
        throw failed;
      }
      world.note(TraceEvent.Kind.DISK, name, () -> "stops: " + failed.getMessage());
      cluster.crash(node);
      return false;
    }
  }

  @Override
  public boolean crashes() {
    if (world.strikes(cluster.faults().crashAtSeam())) {
      cluster.crash(node);
      return true;
    }
    return false;
  }

  @Override
  public SnapshotFiles snapshots() {
    return simulatedSnapshots;
  }

  @Override
  public void send(String to, Message message) {
    if (cluster.mutant == Mutant.ACKNOWLEDGED_BEFORE_APPLIED
        && message instanceof Message.Accept accept) {
      acknowledge(accept.value());
    }
    cluster.traceListener.sent(name, message, member);
    watch(message);
    cluster.network.send(node, to, message);
  }

  /** Messages of a machine with a copy are not observed, because no member accepts them. */
  private void watch(Message message) {
    if (node.isCopy()) {
      return;
    }
    oracle.left(name, life, message);
    if (message instanceof Message.Accept accept) {
      stamped(accept);
    }
  }

  /** What a leader proposes from the value on in which it says that it begins. */
  private void stamped(Message.Accept accept) {
    Proposer leader = member.proposer();
    if (leader.begins() > 0 && accept.slot() >= leader.begins()) {
      oracle.stamped(accept, tickedAt, clock.now());
    }
  }

  private void acknowledge(Value value) {
    value.forEach(
        (session, sequence, acknowledged, payload) -> {
          if (session == member.session().id()) {
            pendingCalls.complete(sequence, new Outcome.Applied(0, new byte[] {1}));
          }
        });
  }

  @Override
  public void sendAfter(String to, Message message) {
    cluster.traceListener.deferred(name, message, member);
    pendingWrites.durableSends().sendAfter(to, message);
    if (!pendingWrites.durableSends().isEmpty()) {
      pendingWrites.forceSoon();
    }
  }

  /** Nothing holds the message back any more. */
  void leave(String to, Message message) {
    cluster.traceListener.left(name, message);
    watch(message);
    if (to.equals(name)) {
      later(0, () -> node.receiveOwn(message));
    } else {
      cluster.network.send(node, to, message);
    }
  }

  /** Asks for other members or quorums. */
  void change(Configuration next, boolean forced) {
    turn(
        member -> {
          long number = member.change(next, forced);
          if (number > 0) {
            changing = new Changing(number, next, forced);
          }
        });
  }

  @Override
  public void completeChange(long number, Outcome outcome) {
    Changing requested = changing;
    if (outcome instanceof Outcome.Applied applied
        && requested != null
        && requested.number() == number) {
      oracle.changed(name, requested.next(), requested.forced(), applied.slot());
    }
    if (node.isOutsider() && outcome instanceof Outcome.Applied) {
      throw new Violation(name + " is no member, and changed the group");
    }
    world.trace(outcome.getClass().getSimpleName().hashCode());
    world.note(TraceEvent.Kind.CHANGE, name, () -> "change " + number + " ends: " + text(outcome));
  }

  private static String text(Outcome outcome) {
    return outcome instanceof Outcome.Applied applied
        ? "applied at slot " + applied.slot()
        : outcome.toString();
  }

  @Override
  public void left() {
    world.note(TraceEvent.Kind.CHANGE, name, () -> "has left the group");
    oracle.retired(name, member.configurations());
    pendingWrites.durableSends().left();
    pendingWrites.forceSoon();
  }

  @Override
  public void barred(LogRecord.Excluded record) {
    world.note(TraceEvent.Kind.CHANGE, name, () -> "may not take part: " + record.why());
    if (node.isOutsider() && record.why() == ExclusionReason.FENCED) {
      cluster.crash(node);
      return;
    }
    if (!node.pretends()
        && !node.isEmptied()
        && !(node.isFenced() && record.why() == ExclusionReason.FENCED)) {
      throw new Violation(name + " is what it says, and was told otherwise: " + record.why());
    }
    pendingWrites.durableSends().excluded(record);
    pendingWrites.forceSoon();
  }

  @Override
  public void unfounded(String member, List<String> differences) {
    throw new Violation(
        name + " founds the same group as " + member + ", but stops: " + differences);
  }

  @Override
  public void refused(String member, ExclusionReason why, List<String> differences) {
    if (why == ExclusionReason.ANOTHER_BIRTH) {
      node.reportsAnother();
    }
    world.note(
        TraceEvent.Kind.CHANGE, name, () -> "refuses what calls itself " + member + ": " + why);
  }

  @Override
  public void complete(long sequence, Outcome outcome) {
    pendingCalls.complete(sequence, outcome);
  }

  @Override
  public void completeReads(long first, long last, Outcome outcome) {
    pendingCalls.completeReads(member, first, last, outcome);
  }
}
