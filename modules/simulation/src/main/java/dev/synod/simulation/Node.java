package dev.synod.simulation;

import dev.synod.core.Configurations;
import dev.synod.core.Health;
import dev.synod.core.Host;
import dev.synod.core.LogRecord;
import dev.synod.core.Member;
import dev.synod.core.Message;
import dev.synod.core.Outcome;
import dev.synod.core.Recovered;
import dev.synod.core.Settings;
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

  private record Deferred(long lsn, String to, Message message) {}

  final String name;
  private final Cluster cluster;
  private final World world;
  private final Configurations configurations;
  private final Settings settings;
  private final Disk disk = new Disk();

  /** The member's monotonic clock: what it showed when its rate last changed, and when that was. */
  private double rate = 1;

  private double shown = 1_000;
  private long shownAt;

  private @Nullable Running running;

  Node(String name, Cluster cluster, Configurations configurations, Settings settings) {
    this.name = name;
    this.cluster = cluster;
    this.world = cluster.world;
    this.configurations = configurations;
    this.settings = settings;
    this.shownAt = world.now();
  }

  /** Milliseconds of the member's monotonic clock. */
  private long clock() {
    return (long) (shown + rate * (world.now() - shownAt) / 1_000);
  }

  /** From now on the member's clock runs so much faster than time. */
  void setClock(double rate) {
    shown += this.rate * (world.now() - shownAt) / 1_000;
    shownAt = world.now();
    this.rate = rate;
  }

  boolean isUp() {
    return running != null;
  }

  boolean leads() {
    return running != null && running.member.proposer().leads();
  }

  /** The last slot applied; 0 while it is down. */
  long applied() {
    return running == null ? 0 : running.member.replica().applied();
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
      return "down";
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
    if (running == null) {
      Recovered recovered = disk.recover();
      cluster.oracle.restarted(name, recovered);
      running = new Running(recovered);
      running.begin();
    }
  }

  /** Some of what was written and not forced may be on the disk all the same. */
  void crash() {
    if (running != null) {
      long unforced = disk.appended() - disk.durable();
      disk.crash(disk.durable() + (unforced == 0 ? 0 : world.random.nextLong(unforced + 1)));
      Running crashed = running;
      running = null;
      crashed.fail();
      world.trace(name.hashCode());
    }
  }

  void receive(String from, Message message) {
    if (running != null) {
      world.trace(from.hashCode() * 31L + message.getClass().getSimpleName().hashCode());
      running.turn(member -> member.receive(from, message));
    }
  }

  /** Submits; the callback is told the outcome, also if the member crashes before it is known. */
  void submit(byte[] command, Consumer<Outcome> callback) {
    if (running == null) {
      callback.accept(new Outcome.NoQuorum());
    } else {
      running.submit(command, callback);
    }
  }

  /** Reads at the level `linearizable`; null if that failed. */
  void read(int key, Consumer<@Nullable Long> callback) {
    if (running == null) {
      callback.accept(null);
    } else {
      running.read(key, callback);
    }
  }

  /** One life of the member, from a start to a crash. */
  private final class Running implements Host {
    private final Member member;
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private final Map<Long, Consumer<Outcome>> submitted = new HashMap<>();
    private final Map<Long, BiConsumer<Member, Outcome>> reading = new HashMap<>();
    private boolean forcing;

    Running(Recovered recovered) {
      member =
          new Member(
              new Member.Setup(
                  name,
                  configurations,
                  settings,
                  recovered,
                  new Registers(cluster.oracle.watcher(name))),
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

    private void tick() {
      if (!dead()) {
        turn(member -> member.tick(clock(), 1_700_000_000_000L + clock()));
        world.after(TICK, this::tick);
      }
    }

    void turn(Consumer<Member> what) {
      what.accept(member);
      if (!dead()) {
        member.flush();
      }
    }

    void submit(byte[] command, Consumer<Outcome> callback) {
      turn(
          member -> {
            long sequence = member.submit(command);
            if (sequence == 0) {
              callback.accept(new Outcome.Busy());
            } else {
              submitted.put(sequence, callback);
            }
          });
    }

    void read(int key, Consumer<@Nullable Long> callback) {
      turn(
          member ->
              reading.put(
                  member.read(),
                  (reader, outcome) ->
                      callback.accept(
                          outcome instanceof Outcome.ReadAt
                              ? ByteBuffer.wrap(
                                      reader.query(ByteBuffer.wrap(Registers.question(key))))
                                  .getLong()
                              : null)));
    }

    void fail() {
      submitted.values().forEach(callback -> callback.accept(new Outcome.Unknown()));
      reading.values().forEach(callback -> callback.accept(member, new Outcome.NoQuorum()));
    }

    @Override
    public void append(LogRecord record) {
      disk.append(record);
      if (record.awaited()) {
        force();
      }
    }

    private void force() {
      if (forcing) {
        return;
      }
      forcing = true;
      long lsn = disk.appended();
      long time = 20 + world.random.nextLong(cluster.faults().force());
      world.after(
          time,
          () -> {
            if (dead()) {
              return;
            }
            boolean crash = world.chance(cluster.faults().crashAtSeam());
            if (crash && world.random.nextBoolean()) {
              cluster.crash(Node.this);
              return;
            }
            disk.force(lsn);
            if (crash) {
              cluster.crash(Node.this);
              return;
            }
            forcing = false;
            if (disk.durable() < disk.appended()) {
              force();
            }
            turn(member -> release());
          });
    }

    private void release() {
      while (!deferred.isEmpty() && deferred.peek().lsn() <= disk.durable()) {
        Deferred next = deferred.remove();
        leave(next.to(), next.message());
      }
    }

    @Override
    public void send(String to, Message message) {
      cluster.send(name, to, message);
    }

    @Override
    public void sendAfter(String to, Message message) {
      if (disk.durable() >= disk.appended()) {
        leave(to, message);
      } else {
        deferred.add(new Deferred(disk.appended(), to, message));
        force();
      }
    }

    private void leave(String to, Message message) {
      cluster.oracle.left(name, message);
      if (to.equals(name)) {
        world.after(
            0,
            () -> {
              if (!dead()) {
                receive(name, message);
              }
            });
      } else {
        cluster.send(name, to, message);
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
    public void completeRead(long read, Outcome outcome) {
      BiConsumer<Member, Outcome> callback = reading.remove(read);
      if (callback != null) {
        callback.accept(member, outcome);
      }
    }
  }
}
