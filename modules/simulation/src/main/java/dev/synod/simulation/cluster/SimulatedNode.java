package dev.synod.simulation.cluster;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Snapshot;
import dev.synod.core.host.Health;
import dev.synod.core.host.Recovered;
import dev.synod.core.member.Member;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.simulation.disk.Disk;
import dev.synod.simulation.disk.DurableIdentity;
import dev.synod.simulation.disk.LogDisk;
import dev.synod.simulation.disk.RecordDisk;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.world.MachineClock;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import dev.synod.storage.file.StorageException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The machine of one member: it starts, crashes, pauses, and keeps its disk. {@link NodeProcess} is
 * the member while it runs.
 */
public final class SimulatedNode {
  /** How it comes into the world. */
  enum Kind {
    /** The group was born with it. */
    BORN,

    /** It was made for a group that was there already. */
    JOINING,

    /** The same, and it hosts no state machine. */
    JOINING_WITNESS,

    /** It is no member, but a client that follows one; it keeps nothing. */
    OUTSIDER
  }

  /** How long a member that leaves may take to hand over. */
  private static final long LEAVING = 300_000;

  /** What a read saw, and the promise that holds for it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(ReadLevel.Kind used, byte[] bytes) {}

  public final String name;
  final MachineClock clock;
  private final Cluster cluster;
  private final World world;
  private Disk disk;

  private final Kind kind;

  private long pausedUntil;
  private @Nullable NodeProcess nodeProcess;

  /** A second machine under the name of a member. */
  private final boolean pretends;

  /** Who watches over the epoch it lives in. */
  private Oracle oracle;

  /** It lives in an epoch that is over. */
  private boolean fenced;

  /** What its store drew when it was opened last; null before. */
  private @Nullable Incarnation incarnation;

  /** What its store has confirmed of its identity. */
  private final DurableIdentity durableIdentity = new DurableIdentity();

  /** It founds the group, unless its disk says that it belongs to one. */
  private final boolean founds;

  /** It is a second machine, and its disk was empty. */
  private final boolean intrudes;

  /** Its disk was lost before it belonged to the group, so that others may know the lost one. */
  private boolean emptied;

  /** It has reported that there is another group under the name of its own. */
  private boolean reportedAnother;

  /** It cannot be started any more: its store is lost, or it has left the group. */
  private boolean gone;

  SimulatedNode(String name, Cluster cluster, Kind kind) {
    this(
        name,
        cluster,
        kind,
        /* pretends= */ false,
        kind == Kind.OUTSIDER ? new RecordDisk(cluster.world) : cluster.newDisk(name),
        cluster.founding,
        /* intrudes= */ false);
  }

  /**
   * A second machine under the name of that member, with that disk.
   *
   * @param empty whether nothing is on the disk
   */
  SimulatedNode(SimulatedNode member, Disk disk, boolean empty) {
    this(
        member.name,
        member.cluster,
        member.kind,
        /* pretends= */ true,
        disk,
        empty || member.cluster.founding,
        empty);
  }

  private SimulatedNode(
      String name,
      Cluster cluster,
      Kind kind,
      boolean pretends,
      Disk disk,
      boolean founds,
      boolean intrudes) {
    this.name = name;
    this.cluster = cluster;
    this.world = cluster.world;
    this.kind = kind;
    this.pretends = pretends;
    this.disk = disk;
    this.founds = founds && kind == Kind.BORN;
    this.intrudes = intrudes;
    this.oracle = intrudes ? cluster.intrudersOracle : cluster.oracle;
    this.clock = new MachineClock(world);
  }

  /** Whether it is a client that is no member. */
  public boolean isOutsider() {
    return kind == Kind.OUTSIDER;
  }

  /** Whether the group was born with it. */
  boolean isFounder() {
    return kind == Kind.BORN;
  }

  /** Whether it is a second machine under the name of a member. */
  boolean pretends() {
    return pretends;
  }

  /** Whether it is a second machine with a copy of the member's disk. */
  boolean isCopy() {
    return pretends && !intrudes;
  }

  /** Whether it hosts no state machine, so that it answers no request. */
  public boolean isWitness() {
    return kind == Kind.JOINING_WITNESS || cluster.birth.isWitness(name);
  }

  /** Whether this is the life that it lives now. */
  boolean lives(NodeProcess life) {
    return nodeProcess == life;
  }

  /** Returns the rest of its pause in microseconds; 0 if it is not paused. */
  long pause() {
    return Math.max(0, pausedUntil - world.now());
  }

  public boolean isUp() {
    return nodeProcess != null;
  }

  /** Whether its store is lost, so that it will never start again. */
  boolean isGone() {
    return gone;
  }

  // ---- identity -------------------------------------------------------------------------------

  /** Whether it founds the group if its disk does not say that it belongs to one. */
  boolean founds() {
    return founds;
  }

  /** Whether its disk will say, whatever happens to it, that it belongs to the group. */
  boolean isBorn() {
    return durableIdentity.isBorn();
  }

  DurableIdentity durableIdentity() {
    return durableIdentity;
  }

  /** Whether other members may know it by a disk that it has lost. */
  boolean isEmptied() {
    return emptied;
  }

  /** It belongs to a group with this birth. */
  void belongsTo(long birth) {
    if (!pretends) {
      if (isBorn() || !cluster.founding) { // a crash may still undo a founding
        cluster.born(name, birth);
      }
    } else if (intrudes && cluster.isBornAs(birth)) {
      throw new Violation("another that calls itself " + name + " was let into the group");
    } else if (!cluster.isBornAs(birth) && !cluster.isEveryFounderPretended()) {
      throw new Violation(
          "the group is founded once more, by another that calls itself "
              + name
              + ", though not all founders said that they are new");
    }
  }

  /** It has found another group under the name of its own, and said so. */
  void reportsAnother() {
    reportedAnother = true;
  }

  /** The latest life of its store; null if it was never opened. */
  @Nullable Incarnation incarnation() {
    return incarnation;
  }

  /** The life it lives now. */
  Incarnation currentLife() {
    return Objects.requireNonNull(incarnation);
  }

  /** The only life that what is sent to it now may reach; null if any may. */
  @Nullable Incarnation addressedLife() {
    // A client has another name each time it starts.
    return isOutsider() ? incarnation : null;
  }

  /** The epoch in which it lives, while it is up. */
  Epoch epoch() {
    return Objects.requireNonNull(nodeProcess).member().epoch();
  }

  /** What its disk holds now. */
  Disk copyOfDisk() {
    return disk.copy();
  }

  /** Whether it will know, whatever happens to it, that this is the latest life of that name. */
  boolean knows(String member, Incarnation latest) {
    return nodeProcess != null
        && latest.equals(nodeProcess.member().known(member))
        && nodeProcess.pendingWrites().hasStoredMeeting(member);
  }

  /** Whether it lives in an epoch that is over. */
  boolean isFenced() {
    return fenced;
  }

  /** Whether it runs although another member has told it that it is excluded. */
  boolean isIntruder() {
    return (pretends && !(reportedAnother && isInAGroupOfItsOwn()))
        || (fenced
            && nodeProcess != null
            && nodeProcess.member().configurations().members().stream()
                .anyMatch(cluster.oracle::isMember));
  }

  /** Whether machines with empty disks under all names have founded a group, and it is of them. */
  private boolean isInAGroupOfItsOwn() {
    return pretends
        && nodeProcess != null
        && nodeProcess.member().isInitialized()
        && !cluster.isBornAs(nodeProcess.member().epoch().birth());
  }

  /** It has no part in what follows; if it has not joined yet, it never will. */
  void fence() {
    fenced = true;
    if (!gone && (kind != Kind.BORN || founds) && disk.open().initialized() == null) {
      gone = true;
    }
    disk.crash();
  }

  /**
   * The tool is run on its disk.
   *
   * @return who watches over the epoch that begins; null if the tool refuses, as the state is lost,
   *     or the member is removed
   */
  @Nullable Oracle force() {
    Recovered recovered = disk.open();
    Snapshot own = disk.snapshots().newest();
    long restored = own == null ? 0 : own.slot();
    if (restored < recovered.floor()) {
      disk.crash();
      return null;
    }
    Oracle next = oracle.forced(name, Math.max(recovered.chosen(), restored));
    Oracle before = oracle;
    oracle = next;
    Member offline = new NodeProcess(this, cluster, oracle, disk, recovered).force();
    if (offline == null) {
      disk.crash();
      oracle = before;
      return null;
    }
    oracle.decreed(name, offline.log());
    cluster.load.forced(question -> offline.query(ByteBuffer.wrap(question)), world);
    disk.crash();
    return oracle;
  }

  boolean leads() {
    return nodeProcess != null && nodeProcess.member().proposer().leads();
  }

  /** The last slot applied; 0 while it is down. */
  public long applied() {
    return nodeProcess == null ? 0 : nodeProcess.member().replica().applied();
  }

  /** What the member knows of the configurations; null while it is down. */
  @Nullable Configurations configurations() {
    return nodeProcess == null ? null : nodeProcess.member().configurations();
  }

  /** Asks for other members or quorums. */
  void change(Configuration next, boolean forced) {
    if (nodeProcess != null) {
      nodeProcess.change(next, forced);
    }
  }

  /** Sends a command of the group to the leader that it knows. */
  void propose(GroupCommand change) {
    NodeProcess now = nodeProcess;
    if (now == null) {
      return;
    }
    String leader = now.member().proposer().leader();
    Command command =
        new Command(
            GroupCommand.NO_SESSION, 1 + world.random.nextLong(1L << 40), 0, change.toBytes());
    if (name.equals(leader)) {
      now.turn(member -> member.proposer().submit(command));
    } else if (leader != null) {
      cluster.network.send(this, leader, new Message.Submit(command));
    }
  }

  /** Asks for another leader. */
  void transfer(String successor) {
    if (nodeProcess != null) {
      nodeProcess.turn(member -> member.transfer(successor));
    }
  }

  /** The session of its callers; 0 if there is none. */
  long session() {
    return nodeProcess == null ? 0 : nodeProcess.member().session().id();
  }

  /** What the member, which runs, knows of the group's health. */
  Health health() {
    if (nodeProcess == null) {
      throw new IllegalStateException(name + " is down");
    }
    return nodeProcess.member().health();
  }

  public String describe() {
    if (nodeProcess == null) {
      return gone ? "gone" : "down";
    }
    return nodeProcess.describe();
  }

  void start() {
    if (nodeProcess != null || gone) {
      return;
    }
    if (clock.asleep() > 0) {
      // No process starts on a machine that sleeps.
      world.after(clock.asleep(), this::start);
      return;
    }
    if (isOutsider()) {
      disk = new RecordDisk(world);
      oracle = cluster.oracle;
    }
    Recovered recovered;
    try {
      recovered = disk.open();
    } catch (StorageException refused) {
      if (!cluster.faults().store().frail().contains(name)) {
        throw refused;
      }
      if (disk instanceof LogDisk log && log.isMerelyRotten()) {
        throw new Violation("one flipped bit makes the store of " + name + " useless: " + refused);
      }
      // Its store is lost or damaged beyond use: it is to be replaced, and never comes back.
      gone = true;
      world.note(TraceEvent.Kind.START, name, () -> "cannot start: " + refused.getMessage());
      return;
    }
    LogRecord.Excluded excluded = recovered.past().excluded();
    if (excluded != null) {
      gone = true;
      world.note(TraceEvent.Kind.START, name, () -> "cannot start: " + excluded.why());
      return;
    }
    if (recovered.left()) {
      if (cluster.mutant != Mutant.RETIRED_MEMBER_STARTS_AGAIN) {
        gone = true;
        world.note(TraceEvent.Kind.START, name, () -> "cannot start: it has left the group");
        return;
      }
    }
    world.note(
        TraceEvent.Kind.START,
        name,
        () ->
            "starts, promised "
                + recovered.promised()
                + ", chosen "
                + recovered.chosen()
                + ", entries "
                + recovered.entries().size()
                + (recovered.floor() == 0 ? "" : ", floor " + recovered.floor())
                + (recovered.unknown().isEmpty() ? "" : ", unknown " + recovered.unknown()));
    if (!isCopy()) {
      oracle.restarted(name, recovered, cluster.faults().store().frail().contains(name));
    }
    pausedUntil = 0;
    Incarnation before = incarnation;
    incarnation = disk.incarnationHistory().incarnation();
    if (before != null && before.store() == incarnation.store()) {
      durableIdentity.compare(name, recovered);
    }
    nodeProcess = new NodeProcess(this, cluster, oracle, disk, recovered);
    cluster.traceListener.started(name, recovered, nodeProcess.member());
    nodeProcess.begin();
  }

  void crash() {
    if (nodeProcess != null) {
      world.note(TraceEvent.Kind.CRASH, name, () -> "crashes");
      disk.crash();
      NodeProcess crashed = nodeProcess;
      nodeProcess = null;
      if (!pretends && cluster.empties(name)) {
        world.note(TraceEvent.Kind.DISK, name, () -> "has its disk wiped");
        disk = cluster.newDisk(name);
        durableIdentity.forget();
        emptied = true;
      }
      crashed.fail();
      world.trace(name.hashCode());
    }
  }

  /** It was told that it may not take part, and its disk says so: it never runs again. */
  void bar() {
    NodeProcess barred = Objects.requireNonNull(nodeProcess);
    nodeProcess = null;
    gone = true;
    barred.fail();
  }

  /** It has left the group, and its disk says so. */
  void stopForGood() {
    NodeProcess left = Objects.requireNonNull(nodeProcess);
    nodeProcess = null;
    oracle.stopped(name);
    gone = cluster.mutant != Mutant.RETIRED_MEMBER_STARTS_AGAIN;
    if (!gone) {
      disk = cluster.newDisk(name);
      world.after(world.random.nextLong(500_000), this::start);
    }
    left.fail();
  }

  /** It stops as one stops a member: hands over what it has, and is away for a while. */
  void leave() {
    if (nodeProcess != null) {
      nodeProcess.leaveBy(world.now() + LEAVING);
    }
  }

  /** There is no room on its disk until it starts again, or {@link #freeDisk}. */
  void fillDisk() {
    if (nodeProcess != null && disk instanceof LogDisk log) {
      log.fill();
    }
  }

  void freeDisk() {
    if (disk instanceof LogDisk log) {
      log.free();
    }
  }

  /** It stands still until then. */
  void pauseUntil(long time) {
    pausedUntil = Math.max(pausedUntil, time);
  }

  void receive(Envelope envelope) {
    if (pause() > 0) {
      world.after(pause(), () -> receive(envelope));
    } else if (nodeProcess != null && envelope.reaches(currentLife())) {
      String from = envelope.from().name;
      Message message = envelope.message();
      world.trace(from.hashCode() * 31L + message.getClass().getSimpleName().hashCode());
      world.note(TraceEvent.Kind.MESSAGE, from, name, () -> Network.text(message));
      nodeProcess.turn(
          member -> {
            if (!member.acceptsSender(from, envelope.incarnation(), envelope.epoch())) {
              member.receiveUnverified(from, envelope.incarnation(), message);
              return;
            }
            heard(envelope, member.epoch());
            cluster.traceListener.receives(name, from, message);
            if (member.admits(from, message)) {
              Ballot heard = member.health().leader();
              Ballot own = member.proposer().ballot();
              member.receive(from, message);
              if (message instanceof Message.TakeOver takeOver
                  && takeOver.ballot().isBelow(heard)
                  && own.isBelow(member.proposer().ballot())) {
                throw new Violation(
                    String.format(
                        Locale.ROOT,
                        "%s deposes the leader of %s, which it hears, for that of %s, which had stopped",
                        name,
                        heard,
                        takeOver.ballot()));
              }
            }
          });
    }
  }

  private void heard(Envelope envelope, Epoch epoch) {
    if (envelope.from().pretends && !pretends && !isOutsider()) {
      throw new Violation(name + " listens to another that calls itself " + envelope.from().name);
    }
    if (!epoch.equals(envelope.epoch())
        && !epoch.equals(Epoch.UNBORN)
        && !envelope.epoch().equals(Epoch.UNBORN)) {
      throw new Violation(
          String.format(
              Locale.ROOT,
              "%s, of epoch %s, listens to %s of epoch %s",
              name,
              epoch,
              envelope.from().name,
              envelope.epoch()));
    }
  }

  /** What it says to itself. */
  void receiveOwn(Message message) {
    if (nodeProcess != null) {
      world.trace(name.hashCode() * 31L + message.getClass().getSimpleName().hashCode());
      world.note(TraceEvent.Kind.MESSAGE, name, name, () -> Network.text(message));
      cluster.traceListener.receives(name, name, message);
      nodeProcess.turn(member -> member.receive(name, message));
    }
  }

  /** Makes it a candidate. */
  void usurp() {
    if (nodeProcess != null && pause() == 0) {
      nodeProcess.turn(
          member -> member.receive(name, new Message.TakeOver(member.proposer().highest())));
    }
  }

  /** Submits; the callback is told the outcome, also if the member crashes before it is known. */
  public void submit(long number, byte[] command, Consumer<Outcome> callback) {
    if (nodeProcess == null || fenced) {
      callback.accept(new Outcome.NoQuorum());
    } else if (pause() > 0) {
      world.after(pause(), () -> submit(number, command, callback));
    } else {
      nodeProcess.pendingCalls().submit(number, command, callback);
    }
  }

  /** Looks into the state machine, as only the simulator can; null if the node does not run. */
  public byte @Nullable [] peek(byte[] question) {
    return nodeProcess == null ? null : nodeProcess.member().query(ByteBuffer.wrap(question));
  }

  /** The ballot with which this node leads; {@link Ballot#NONE} if it does not. */
  public Ballot leaderBallot() {
    return leads() ? nodeProcess.member().proposer().ballot() : Ballot.NONE;
  }

  /** The log's time by this leader's clock; {@link Long#MIN_VALUE} if the node does not lead. */
  public long logTime() {
    return leads() ? nodeProcess.member().proposer().logTime() : Long.MIN_VALUE;
  }

  /** Asks the state machine; null if that failed. */
  public void read(ReadLevel level, byte[] question, Consumer<@Nullable Answer> callback) {
    if (nodeProcess == null || fenced) {
      callback.accept(null);
    } else if (pause() > 0) {
      world.after(pause(), () -> read(level, question, callback));
    } else {
      nodeProcess.pendingCalls().read(level, question, callback);
    }
  }
}
