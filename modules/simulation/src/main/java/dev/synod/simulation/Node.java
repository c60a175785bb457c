package dev.synod.simulation;

import dev.synod.core.Ballot;
import dev.synod.core.Configurations;
import dev.synod.core.Health;
import dev.synod.core.Host;
import dev.synod.core.LogRecord;
import dev.synod.core.Member;
import dev.synod.core.Message;
import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Recovered;
import dev.synod.core.Value;
import dev.synod.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member's machine: it hosts the roles, loses its memory when it crashes, and keeps its disk.
 */
final class Node {
  private static final long TICK = 10_000;

  /** How long a member that leaves may take to hand over. */
  private static final long LEAVING = 300_000;

  /** What a read saw, and the promise that holds for it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(ReadLevel.Kind used, byte[] bytes) {}

  private record Deferred(long lsn, String to, Message message) {}

  final String name;
  private final Cluster cluster;
  private final World world;
  private final Configurations configurations;
  private final Disk disk;

  /** The member's monotonic clock: what it showed when its rate last changed, and when that was. */
  private double rate = 1;

  private double shown = 1_000;
  private long shownAt;

  /** How far its wall clock is off, in milliseconds. */
  private long wallClockOff;

  private long pausedUntil;
  private @Nullable Running running;

  /** It cannot be started any more: its store is lost. */
  private boolean gone;

  Node(String name, Cluster cluster, Configurations configurations) {
    this.name = name;
    this.cluster = cluster;
    this.world = cluster.world;
    this.configurations = configurations;
    this.disk =
        cluster.faults().store().files() ? new LogDisk(name, cluster) : new RecordDisk(world);
    this.shownAt = world.now();
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

  boolean leads() {
    return running != null && running.member.proposer().leads();
  }

  /** The last slot applied; 0 while it is down. */
  long applied() {
    return running == null ? 0 : running.member.replica().applied();
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
        + " promised "
        + member.acceptor().promised()
        + " proposes "
        + member.proposer().ballot()
        + " in flight "
        + member.proposer().inFlight()
        + " pending "
        + member.session().pending();
  }

  void start() {
    if (running != null || gone) {
      return;
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
                + (recovered.unknown().isEmpty() ? "" : ", unknown " + recovered.unknown()));
    cluster.oracle.restarted(name, recovered);
    pausedUntil = 0;
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

  /** There is no room on its disk until it starts again. */
  void fillDisk() {
    if (disk instanceof LogDisk log) {
      log.fill();
    }
  }

  /** It stands still until then. */
  void pauseUntil(long time) {
    pausedUntil = Math.max(pausedUntil, time);
  }

  void receive(String from, Message message) {
    if (world.now() < pausedUntil) {
      world.after(pausedUntil - world.now(), () -> receive(from, message));
    } else if (running != null) {
      world.trace(from.hashCode() * 31L + message.getClass().getSimpleName().hashCode());
      world.note(Happening.Kind.MESSAGE, from, name, () -> Cluster.text(message));
      cluster.onlooker.receives(name, from, message);
      running.turn(member -> member.receive(from, message));
    }
  }

  /** Makes it a candidate. */
  void usurp() {
    receive("", new Message.TakeOver(Ballot.NONE));
  }

  /** Submits; the callback is told the outcome, also if the member crashes before it is known. */
  void submit(long number, byte[] command, Consumer<Outcome> callback) {
    if (running == null) {
      callback.accept(new Outcome.NoQuorum());
    } else if (world.now() < pausedUntil) {
      world.after(pausedUntil - world.now(), () -> submit(number, command, callback));
    } else {
      running.submit(number, command, callback);
    }
  }

  /** Asks the state machine; null if that failed. */
  void read(ReadLevel level, byte[] question, Consumer<@Nullable Answer> callback) {
    if (running == null) {
      callback.accept(null);
    } else if (world.now() < pausedUntil) {
      world.after(pausedUntil - world.now(), () -> read(level, question, callback));
    } else {
      running.read(level, question, callback);
    }
  }

  /** One life of the member, from a start to a crash. */
  private final class Running implements Host {
    private final long life = world.number();
    private final Member member;
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private final Map<Long, Consumer<Outcome>> submitted = new HashMap<>();
    private final Map<Long, BiConsumer<Member, Outcome>> reading = new HashMap<>();
    private boolean forcing;
    private long applied;
    private long time;
    private long leavingUntil;

    Running(Recovered recovered) {
      member =
          new Member(
              new Member.Setup(
                  name,
                  configurations,
                  cluster.settings,
                  recovered,
                  cluster.load.machine(cluster.oracle.new Replica(name))),
              world.random.nextLong(),
              world.random::nextLong,
              clock(),
              this);
    }

    void begin() {
      turn(Member::start);
      world.after(world.random.nextLong(TICK), this::tick);
    }

    private boolean dead() {
      return running != this;
    }

    /** Later, unless the member has crashed until then, or stands still. */
    private void later(long micros, Runnable what) {
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
      turn(member -> member.tick(clock(), 1_700_000_000_000L + clock() + wallClockOff));
      later(TICK, this::tick);
    }

    private boolean handedOver() {
      boolean[] over = {false};
      turn(member -> over[0] = member.handOver(world.now() >= leavingUntil));
      return over[0] && !dead();
    }

    void turn(Consumer<Member> what) {
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
      if (applied < member.replica().applied()) {
        cluster.oracle.state(name, member.replica().applied(), member.replica().hash());
      }
      while (applied < member.replica().applied()) {
        applied++;
        cluster.oracle.delivered(name, member.log().chosenEntry(applied));
      }
      if (member.replica().time() < time) {
        throw new Violation("the time in the log falls at slot " + applied);
      }
      time = member.replica().time();
      if (member.proposer().inFlight() > configurations.alpha()) {
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
      long atLeast = cluster.oracle.acknowledgedSlot();
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
                    cluster.oracle.read(name, promised(level, at, atLeast), at.slot());
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
        case BOUNDED -> cluster.oracle.acknowledgedSlot(before(level.bound() + 2));
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
      cluster.onlooker.appended(name, record, member);
      if (record.awaited()) {
        force();
      }
    }

    private void force() {
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
      if (crash) {
        cluster.crash(Node.this);
        return;
      }
      forcing = false;
      if (disk.durable() < disk.appended()) {
        force();
      }
      turn(member -> release());
    }

    /** A write or force that fails stops the member for good; here: until it is started again. */
    private boolean stored(Runnable what) {
      try {
        what.run();
        return true;
      } catch (StorageException failed) {
        world.note(Happening.Kind.DISK, name, () -> "stops: " + failed.getMessage());
        cluster.crash(Node.this);
        return false;
      }
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
      cluster.oracle.left(name, life, message);
      cluster.send(Node.this, to, message);
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
        force();
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
      cluster.oracle.left(name, life, message);
      if (to.equals(name)) {
        later(0, () -> receive(name, message));
      } else {
        cluster.send(Node.this, to, message);
      }
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
