package dev.synod.simulation;

import dev.synod.core.Ballot;
import dev.synod.core.Barring;
import dev.synod.core.Command;
import dev.synod.core.Configuration;
import dev.synod.core.Configurations;
import dev.synod.core.Epoch;
import dev.synod.core.GroupCommand;
import dev.synod.core.Health;
import dev.synod.core.Host;
import dev.synod.core.Life;
import dev.synod.core.LogRecord;
import dev.synod.core.Member;
import dev.synod.core.Message;
import dev.synod.core.Outcome;
import dev.synod.core.Proposer;
import dev.synod.core.ReadLevel;
import dev.synod.core.Recovered;
import dev.synod.core.Snapshot;
import dev.synod.core.SnapshotFiles;
import dev.synod.core.StateMachine;
import dev.synod.core.Value;
import dev.synod.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member's machine: it hosts the roles, loses its memory when it crashes, and keeps its disk.
 */
final class Node {
  private static final long TICK = 10_000;

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
  record Answer(ReadLevel.Kind used, byte[] bytes) {}

  private record Deferred(long lsn, String to, Message message) {}

  final String name;
  private final Cluster cluster;
  private final World world;
  private Disk disk;

  private final Kind kind;

  /** The member's monotonic clock: what it showed when its rate last changed, and when that was. */
  private double rate = 1;

  private double shown = 1_000;
  private long shownAt;

  /** How far its wall clock is off, in milliseconds. */
  private long wallClockOff;

  private long pausedUntil;
  private @Nullable Running running;

  /** A second machine under the name of a member. */
  private final boolean pretends;

  /** Who watches over the epoch it lives in. */
  private Oracle oracle;

  /** It lives in an epoch that is over. */
  private boolean fenced;

  /** What its store drew when it was opened last; null before. */
  private @Nullable Life life;

  /** It cannot be started any more: its store is lost, or it has left the group. */
  private boolean gone;

  Node(String name, Cluster cluster, Kind kind) {
    this(
        name,
        cluster,
        kind,
        /* pretends= */ false,
        kind == Kind.OUTSIDER ? new RecordDisk(cluster.world) : cluster.newDisk(name));
  }

  /** A second machine under the name of that member, with that disk. */
  Node(Node member, Disk disk) {
    this(member.name, member.cluster, member.kind, /* pretends= */ true, disk);
  }

  private Node(String name, Cluster cluster, Kind kind, boolean pretends, Disk disk) {
    this.name = name;
    this.cluster = cluster;
    this.world = cluster.world;
    this.kind = kind;
    this.pretends = pretends;
    this.disk = disk;
    this.oracle = cluster.oracle;
    this.shownAt = world.now();
  }

  /** Whether it is a client that is no member. */
  boolean isOutsider() {
    return kind == Kind.OUTSIDER;
  }

  /** Whether it hosts no state machine: then nobody can ask it anything. */
  boolean isWitness() {
    return kind == Kind.JOINING_WITNESS || cluster.birth.isWitness(name);
  }

  /** Milliseconds of the member's monotonic clock. */
  private long clock() {
    return (long) (shown + rate * (world.now() - shownAt) / 1_000);
  }

  /**
   * From now on the member's clock runs so much faster than time, and its wall clock is so many
   * milliseconds off.
   */
  void setClock(double rate, long wallClockOff) {
    shown += this.rate * (world.now() - shownAt) / 1_000;
    shownAt = world.now();
    this.rate = rate;
    this.wallClockOff = wallClockOff;
  }

  /** Somebody sets the member's wall clock. */
  void setWallClock(long wallClockOff) {
    this.wallClockOff = wallClockOff;
  }

  /**
   * When the clock showed so many milliseconds less than now; 0 if it did not run at today's rate
   * then.
   */
  private long before(long milliseconds) {
    long then = world.now() - (long) Math.ceil(1_000 * milliseconds / rate);
    return then < shownAt ? 0 : then;
  }

  boolean isUp() {
    return running != null;
  }

  /** Whether its store is lost, so that it will never start again. */
  boolean isGone() {
    return gone;
  }

  // ---- identity -------------------------------------------------------------------------------

  /** The latest life of its store; null if it was never opened. */
  @Nullable Life life() {
    return life;
  }

  /** The life it lives now. */
  Life currentLife() {
    return Objects.requireNonNull(life);
  }

  /** The only life that what is sent to it now may reach; null if any may. */
  @Nullable Life addressedLife() {
    // A client has another name each time it starts.
    return isOutsider() ? life : null;
  }

  /** The epoch in which it lives, while it is up. */
  Epoch epoch() {
    return Objects.requireNonNull(running).member.epoch();
  }

  /** What its disk holds now. */
  Disk copyOfDisk() {
    return disk.copy();
  }

  /** Whether it will know, whatever happens to it, that this is the latest life of that name. */
  boolean knows(String member, Life latest) {
    return running != null
        && latest.equals(running.member.known(member))
        && disk.durable() >= running.metAt.getOrDefault(member, 0L);
  }

  /** Whether it lives in an epoch that is over. */
  boolean isFenced() {
    return fenced;
  }

  /** Whether it runs, may not, and somebody whom it speaks to has told it. */
  boolean isIntruder() {
    return pretends
        || (fenced
            && running != null
            && running.member.configurations().members().stream()
                .anyMatch(cluster.oracle::isMember));
  }

  /** It has no part in what follows; if it has not joined yet, it never will. */
  void fence() {
    fenced = true;
    if (!gone && kind != Kind.BORN && disk.open().born() == null) {
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
    Member offline = new Running(recovered).force();
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
    return running != null && running.member.proposer().leads();
  }

  /** The last slot applied; 0 while it is down. */
  long applied() {
    return running == null ? 0 : running.member.replica().applied();
  }

  /** What the member knows of the configurations; null while it is down. */
  @Nullable Configurations configurations() {
    return running == null ? null : running.member.configurations();
  }

  /** Asks for other members or quorums. */
  void change(Configuration next, boolean forced) {
    if (running != null) {
      running.turn(member -> member.change(next, forced));
    }
  }

  /** Sends a command of the group to the leader that it knows. */
  void propose(GroupCommand change) {
    Running now = running;
    if (now == null) {
      return;
    }
    String leader = now.member.proposer().leader();
    Command command =
        new Command(GroupCommand.SESSION, 1 + world.random.nextLong(1L << 40), 0, change.toBytes());
    if (name.equals(leader)) {
      now.turn(member -> member.proposer().submit(command));
    } else if (leader != null) {
      cluster.send(this, leader, new Message.Submit(command));
    }
  }

  /** Asks for another leader. */
  void transfer(String successor) {
    if (running != null) {
      running.turn(member -> member.transfer(successor));
    }
  }

  /** The session of its callers; 0 if there is none. */
  long session() {
    return running == null ? 0 : running.member.session().id();
  }

  /** What the member, which runs, knows of the group's health. */
  Health health() {
    if (running == null) {
      throw new IllegalStateException(name + " is down");
    }
    return running.member.health();
  }

  String describe() {
    if (running == null) {
      return gone ? "gone" : "down";
    }
    Member member = running.member;
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
        + (member.isBorn()
            ? " configuration "
                + member.configurations().current()
                + " from "
                + member.configurations().currentFrom()
                + " then "
                + member.configurations().pending()
            : " unborn");
  }

  void start() {
    if (running != null || gone) {
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
      // Its store is lost or damaged beyond use: it is to be replaced, and never comes back.
      gone = true;
      world.note(Happening.Kind.START, name, () -> "cannot start: " + refused.getMessage());
      return;
    }
    LogRecord.Barred barred = recovered.past().barred();
    if (barred != null) {
      gone = true;
      world.note(Happening.Kind.START, name, () -> "cannot start: " + barred.why());
      return;
    }
    if (recovered.left()) {
      if (cluster.mutant != Mutant.RETIRED_MEMBER_STARTS_AGAIN) {
        gone = true;
        world.note(Happening.Kind.START, name, () -> "cannot start: it has left the group");
        return;
      }
    }
    world.note(
        Happening.Kind.START,
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
    if (!pretends) {
      oracle.restarted(name, recovered, cluster.faults().store().frail().contains(name));
    }
    pausedUntil = 0;
    life = disk.lineage().life();
    running = new Running(recovered);
    cluster.onlooker.started(name, recovered, running.member);
    running.begin();
  }

  void crash() {
    if (running != null) {
      world.note(Happening.Kind.CRASH, name, () -> "crashes");
      disk.crash();
      Running crashed = running;
      running = null;
      crashed.fail();
      world.trace(name.hashCode());
    }
  }

  /** It stops as one stops a member: hands over what it has, and is away for a while. */
  void leave() {
    if (running != null) {
      running.leavingUntil = world.now() + LEAVING;
    }
  }

  /** There is no room on its disk until it starts again, or {@link #freeDisk}. */
  void fillDisk() {
    if (running != null && disk instanceof LogDisk log) {
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

  void receive(Letter letter) {
    if (world.now() < pausedUntil) {
      world.after(pausedUntil - world.now(), () -> receive(letter));
    } else if (running != null && letter.reaches(currentLife())) {
      String from = letter.from().name;
      Message message = letter.message();
      world.trace(from.hashCode() * 31L + message.getClass().getSimpleName().hashCode());
      world.note(Happening.Kind.MESSAGE, from, name, () -> Cluster.text(message));
      running.turn(
          member -> {
            if (!member.hears(from, letter.life(), letter.epoch())) {
              member.unheard(from, letter.life(), message);
              return;
            }
            heard(letter, member.epoch());
            cluster.onlooker.receives(name, from, message);
            if (member.admits(from, message)) {
              member.receive(from, message);
            }
          });
    }
  }

  private void heard(Letter letter, Epoch epoch) {
    if (letter.from().pretends && !pretends && !isOutsider()) {
      throw new Violation(name + " listens to another that calls itself " + letter.from().name);
    }
    if (!epoch.equals(letter.epoch())
        && !epoch.equals(Epoch.UNBORN)
        && !letter.epoch().equals(Epoch.UNBORN)) {
      throw new Violation(
          "%s, of epoch %s, listens to %s of epoch %s"
              .formatted(name, epoch, letter.from().name, letter.epoch()));
    }
  }

  /** What it says to itself. */
  private void receiveOwn(Message message) {
    if (running != null) {
      world.trace(name.hashCode() * 31L + message.getClass().getSimpleName().hashCode());
      world.note(Happening.Kind.MESSAGE, name, name, () -> Cluster.text(message));
      cluster.onlooker.receives(name, name, message);
      running.turn(member -> member.receive(name, message));
    }
  }

  /** Makes it a candidate. */
  void usurp() {
    if (running != null && world.now() >= pausedUntil) {
      running.turn(member -> member.receive(name, new Message.TakeOver(Ballot.NONE)));
    }
  }

  /** Submits; the callback is told the outcome, also if the member crashes before it is known. */
  void submit(long number, byte[] command, Consumer<Outcome> callback) {
    if (running == null || fenced) {
      callback.accept(new Outcome.NoQuorum());
    } else if (world.now() < pausedUntil) {
      world.after(pausedUntil - world.now(), () -> submit(number, command, callback));
    } else {
      running.submit(number, command, callback);
    }
  }

  /** Asks the state machine; null if that failed. */
  void read(ReadLevel level, byte[] question, Consumer<@Nullable Answer> callback) {
    if (running == null || fenced) {
      callback.accept(null);
    } else if (world.now() < pausedUntil) {
      world.after(pausedUntil - world.now(), () -> read(level, question, callback));
    } else {
      running.read(level, question, callback);
    }
  }

  /** One life of the member, from a start to a crash. */
  private final class Running implements Host, Shelf.Machine {
    private final long life = world.number();
    private final Shelf shelf = new Shelf(this, disk, cluster);
    private final Member member;
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private final Map<Long, Consumer<Outcome>> submitted = new HashMap<>();
    private final Map<Long, BiConsumer<Member, Outcome>> reading = new HashMap<>();
    private boolean forcing;

    /** The number of the record of whom it met since it started. */
    private final Map<String, Long> metAt = new HashMap<>();

    /** The number of the record that it has left; 0 as long as it has not. */
    private long leftAt;

    /** The number of the record that it may not take part; 0 as long as it may. */
    private long barredAt;

    private long applied;
    private long floor;
    private long time;
    private long leavingUntil;

    /** When it was last told that time has passed, by its monotonic clock. */
    private long tickedAt;

    Running(Recovered recovered) {
      member =
          new Member(
              setup(recovered, cluster.load.machine(oracle.new Replica(name))),
              world.random.nextLong(),
              world.random::nextLong,
              clock(),
              this);
    }

    private Member.Setup setup(Recovered recovered, StateMachine machine) {
      List<String> contacts = oracle.members();
      return isOutsider()
          ? Member.Setup.client(name, contacts, cluster.settings, disk.lineage(), machine)
          : new Member.Setup(
              name,
              configurations(recovered),
              contacts,
              cluster.settings,
              recovered,
              disk.lineage(),
              machine,
              isWitness() ? Member.Part.WITNESS : Member.Part.MEMBER,
              cluster.maxClients);
    }

    private Configurations configurations(Recovered recovered) {
      LogRecord.Born born = recovered.born();
      if (born != null) {
        return new Configurations(born.alpha(), born.configuration());
      }
      return kind != Kind.BORN
          ? Configurations.unborn()
          : new Configurations(cluster.alpha, cluster.birth);
    }

    void begin() {
      turn(
          member -> {
            restore(member);
            member.start();
          });
      later(world.random.nextLong(TICK), this::tick);
    }

    /** It never runs: the tool alone looks at its disk, and writes to it. */
    @Nullable Member force() {
      restore(member);
      member.start();
      if (!member.obstacleToForce().isEmpty()) {
        return null;
      }
      member.forceAlone();
      disk.write();
      disk.force();
      return member;
    }

    private void restore(Member member) {
      Snapshot own = disk.snapshots().newest();
      if (own != null && own.slot() >= member.log().floor()) {
        try (InputStream bytes = disk.snapshots().read(own)) {
          member.restore(own, bytes);
        } catch (IOException damaged) {
          throw new UncheckedIOException(damaged);
        }
      }
    }

    private boolean dead() {
      return running != this;
    }

    /** Later, unless the member has crashed until then, or stands still. */
    @Override
    public void later(long micros, Runnable what) {
      world.after(
          micros,
          () -> {
            if (!dead()) {
              if (world.now() < pausedUntil) {
                later(pausedUntil - world.now(), what);
              } else {
                what.run();
              }
            }
          });
    }

    private void tick() {
      if (leavingUntil > 0 && handedOver()) {
        cluster.crash(Node.this);
        return;
      }
      turn(
          member -> {
            tickedAt = clock();
            member.tick(tickedAt, 1_700_000_000_000L + tickedAt + wallClockOff);
          });
      if (isOutsider() && member.health().leader().equals(Ballot.NONE)) {
        // Whoever is there can be found by its address.
        member.contacts(cluster.oracle.members());
      }
      later(TICK, this::tick);
    }

    private boolean handedOver() {
      boolean[] over = {false};
      turn(member -> over[0] = member.handOver(world.now() >= leavingUntil));
      return over[0] && !dead();
    }

    @Override
    public void turn(Consumer<Member> what) {
      if (cluster.mutant != Mutant.TIME_TOLD_BY_TICKS_ONLY) {
        member.time(clock());
      }
      what.accept(member);
      if (!dead()) {
        member.flush();
      }
      if (!dead()) {
        cluster.onlooker.turned(name, member);
        check();
      }
    }

    private void check() {
      if (applied < member.replica().applied() && !isWitness()) {
        oracle.state(name, member.replica().applied(), member.replica().hash());
      }
      oracle.compacted(name, floor, member.log().floor());
      floor = member.log().floor();
      if (member.replica().applied() >= floor) {
        applied = Math.max(applied, floor);
      }
      while (applied < member.replica().applied()) {
        applied++;
        oracle.delivered(name, member.log().chosenEntry(applied));
      }
      if (member.replica().time() < time) {
        throw new Violation("the time in the log falls at slot " + applied);
      }
      time = member.replica().time();
      if (member.isBorn()) {
        oracle.configured(name, member.configurations());
      }
      if (member.proposer().inFlight() > cluster.alpha) {
        throw new Violation(name + " proposes beyond the window (I1)");
      }
      if (member.proposer().waitingBytes() > cluster.queueLimit()) {
        throw new Violation(
            name + " holds " + member.proposer().waitingBytes() + " bytes of waiting commands");
      }
    }

    void submit(long number, byte[] command, Consumer<Outcome> callback) {
      turn(
          member -> {
            byte[] watched = Watched.command(number, command);
            cluster.submitted(watched.length);
            long sequence = member.submit(watched);
            if (sequence == 0) {
              callback.accept(new Outcome.Busy());
            } else {
              submitted.put(sequence, callback);
            }
          });
    }

    void read(ReadLevel level, byte[] question, Consumer<@Nullable Answer> callback) {
      long atLeast = oracle.acknowledgedSlot();
      turn(
          member -> {
            long number = member.read(level);
            if (number == 0) {
              callback.accept(null);
              return;
            }
            reading.put(
                number,
                (reader, outcome) -> {
                  if (outcome instanceof Outcome.ReadAt at) {
                    oracle.read(name, promised(level, at, atLeast), at.slot());
                    callback.accept(new Answer(at.used(), reader.query(ByteBuffer.wrap(question))));
                  } else {
                    callback.accept(null);
                  }
                });
          });
    }

    /** What such a read must have seen. */
    private long promised(ReadLevel level, Outcome.ReadAt at, long acknowledged) {
      if (at.slot() != member.replica().applied()) {
        throw new Violation(name + " says it reads at slot " + at.slot() + ", and does not");
      }
      return switch (at.used()) {
        case LINEARIZABLE, LEASE -> acknowledged;
        // Two moments that the clock shows as one millisecond may be almost two apart.
        case BOUNDED -> oracle.acknowledgedSlot(before(level.bound() + 2));
        case NOT_BEFORE -> level.bound();
        case LOCAL -> 0;
      };
    }

    void fail() {
      submitted.values().forEach(callback -> callback.accept(new Outcome.Unknown()));
      reading.values().forEach(callback -> callback.accept(member, new Outcome.NoQuorum()));
    }

    @Override
    public void append(LogRecord record) {
      disk.append(record);
      if (record instanceof LogRecord.Met met) {
        metAt.put(met.member(), disk.appended());
      }
      cluster.onlooker.appended(name, record, member);
      if (record.awaited()) {
        forceSoon();
      }
    }

    private void forceSoon() {
      if (forcing) {
        return;
      }
      forcing = true;
      // What this turn appends behind goes along.
      world.after(
          0,
          () -> {
            if (!dead() && stored(disk::write)) {
              long time = 20 + world.random.nextLong(cluster.faults().force());
              later(time, this::forced);
            }
          });
    }

    private void forced() {
      boolean crash = world.strikes(cluster.faults().crashAtSeam());
      if (crash && world.random.nextBoolean()) {
        cluster.crash(Node.this);
        return;
      }
      long before = disk.durable();
      if (!stored(disk::force)) {
        return;
      }
      cluster.onlooker.forced(name, disk.durable() - before);
      if (barredAt > 0 && disk.durable() >= barredAt) {
        running = null;
        gone = true;
        fail();
        return;
      }
      if (leftAt > 0 && disk.durable() >= leftAt) {
        stopForGood();
        return;
      }
      if (crash) {
        cluster.crash(Node.this);
        return;
      }
      forcing = false;
      if (disk.durable() < disk.appended()) {
        forceSoon();
      }
      turn(member -> release());
    }

    private void stopForGood() {
      running = null;
      oracle.stopped(name);
      gone = cluster.mutant != Mutant.RETIRED_MEMBER_STARTS_AGAIN;
      if (!gone) {
        disk = cluster.newDisk(name);
        world.after(world.random.nextLong(500_000), Node.this::start);
      }
      fail();
    }

    /** A write or force that fails stops the member for good; here: until it is started again. */
    @Override
    public boolean stored(Runnable what) {
      try {
        what.run();
        return true;
      } catch (StorageException failed) {
        world.note(Happening.Kind.DISK, name, () -> "stops: " + failed.getMessage());
        cluster.crash(Node.this);
        return false;
      }
    }

    @Override
    public boolean crashes() {
      if (world.strikes(cluster.faults().crashAtSeam())) {
        cluster.crash(Node.this);
        return true;
      }
      return false;
    }

    @Override
    public SnapshotFiles snapshots() {
      return shelf;
    }

    private void release() {
      while (!deferred.isEmpty() && deferred.peek().lsn() <= disk.durable()) {
        Deferred next = deferred.remove();
        leave(next.to(), next.message());
      }
    }

    @Override
    public void send(String to, Message message) {
      if (cluster.mutant == Mutant.ACKNOWLEDGED_BEFORE_APPLIED
          && message instanceof Message.Accept accept) {
        acknowledge(accept.value());
      }
      cluster.onlooker.sent(name, message, member);
      watch(message);
      cluster.send(Node.this, to, message);
    }

    /** What a pretender says is its own affair, for nobody listens. */
    private void watch(Message message) {
      if (pretends) {
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
        oracle.stamped(accept, tickedAt, clock());
      }
    }

    private void acknowledge(Value value) {
      value.forEach(
          (session, sequence, acknowledged, payload) -> {
            if (session == member.session().id()) {
              complete(sequence, new Outcome.Applied(0, new byte[] {1}));
            }
          });
    }

    @Override
    public void sendAfter(String to, Message message) {
      cluster.onlooker.deferred(name, message, member);
      if (disk.durable() >= disk.appended() || isHasty(message)) {
        leave(to, message);
      } else {
        deferred.add(new Deferred(disk.appended(), to, message));
        forceSoon();
      }
    }

    private boolean isHasty(Message message) {
      if (cluster.mutant == null) {
        return false;
      }
      return switch (cluster.mutant) {
        case ACCEPTED_BEFORE_DURABLE -> message instanceof Message.Accepted;
        case PROMISE_BEFORE_DURABLE -> message instanceof Message.Promise;
        case PREPARE_BEFORE_DURABLE -> message instanceof Message.Prepare;
        default -> false;
      };
    }

    private void leave(String to, Message message) {
      cluster.onlooker.left(name, message);
      watch(message);
      if (to.equals(name)) {
        later(0, () -> receiveOwn(message));
      } else {
        cluster.send(Node.this, to, message);
      }
    }

    @Override
    public void completeChange(long number, Outcome outcome) {
      if (isOutsider() && outcome instanceof Outcome.Applied) {
        throw new Violation(name + " is no member, and changed the group");
      }
      world.trace(outcome.getClass().getSimpleName().hashCode());
      world.note(Happening.Kind.CHANGE, name, () -> "change " + number + " ends: " + text(outcome));
    }

    private static String text(Outcome outcome) {
      return outcome instanceof Outcome.Applied applied
          ? "applied at slot " + applied.slot()
          : outcome.toString();
    }

    @Override
    public void left() {
      world.note(Happening.Kind.CHANGE, name, () -> "has left the group");
      oracle.retired(name, member.configurations());
      leftAt = disk.appended();
      forceSoon();
    }

    @Override
    public void barred(LogRecord.Barred record) {
      world.note(Happening.Kind.CHANGE, name, () -> "may not take part: " + record.why());
      if (isOutsider() && record.why() == Barring.FENCED) {
        cluster.crash(Node.this);
        return;
      }
      if (!pretends && !(fenced && record.why() == Barring.FENCED)) {
        throw new Violation(name + " is what it says, and was told otherwise: " + record.why());
      }
      barredAt = disk.appended();
      forceSoon();
    }

    @Override
    public void refused(String member, Barring why) {
      world.note(
          Happening.Kind.CHANGE, name, () -> "refuses what calls itself " + member + ": " + why);
    }

    @Override
    public void complete(long sequence, Outcome outcome) {
      Consumer<Outcome> callback = submitted.remove(sequence);
      if (callback != null) {
        callback.accept(outcome);
      }
    }

    @Override
    public void completeReads(long first, long last, Outcome outcome) {
      for (long read = first; read <= last; read++) {
        BiConsumer<Member, Outcome> callback = reading.remove(read);
        if (callback != null) {
          callback.accept(member, outcome);
        }
      }
    }
  }
}
