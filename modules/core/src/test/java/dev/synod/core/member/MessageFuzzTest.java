package dev.synod.core.member;

import dev.synod.core.CommandRejected;
import dev.synod.core.ReadLevel;
import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.Transcript;
import dev.synod.core.host.DurableSends;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.SlotRange;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumSystem;
import java.io.DataInput;
import java.io.DataOutput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Messages of every kind, plausible ones and odd ones, in every state of a member. Whatever a turn
 * of a member throws stops it for good, so no message may throw anything. One difference between
 * states is no fault of a message: {@code StateHash} exists to stop a member whose state differs.
 *
 * <p>The bounds of slots, lengths and windows are those of the decoder, which refuses others.
 */
class MessageFuzzTest {
  private static final int RUNS = 4_000;
  private static final int STEPS = 120;

  /** Highest slot and round that the decoder accepts. */
  private static final long MOST = Long.MAX_VALUE / 2;

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "left", "stranger");
  private static final Configuration FIRST =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));
  private static final Configuration WITH_WITNESS =
      new Configuration(
          1, List.of("a", "b", "c"), FIRST.quorums(), List.of("a", "b", "c"), List.of("a"));

  /** What states of a member the test has been in, so that it shows what it has tried. */
  private enum Seen {
    IDLE,
    PREPARING,
    LEADING,
    FOLLOWING,
    UNINITIALIZED,
    WITHOUT_STATE,
    CHANGING,
    LEFT,
    WITNESS,
    CLIENT
  }

  private final Map<Seen, Integer> seen = new EnumMap<>(Seen.class);

  @Test
  void noMessageInAnyStateOfAMemberThrows() {
    for (long seed = 1; seed <= RUNS; seed++) {
      Run run = new Run(new SplittableRandom(seed));
      try {
        run.steps();
      } catch (RuntimeException | Error thrown) {
        throw new AssertionError(
            "run " + seed + " ends with " + thrown + " after " + run.lastMessages, thrown);
      }
    }
    Assertions.assertThat(seen).containsOnlyKeys(Seen.values());
  }

  private static final class Machine implements StateMachine {
    private long hash;

    @Override
    public byte[] apply(Context context, ByteBuffer command) {
      if (command.remaining() == 1) {
        throw new CommandRejected("one byte");
      }
      hash = 31 * hash + command.remaining();
      return new byte[command.remaining() % 7];
    }

    @Override
    public byte[] query(ByteBuffer question) {
      return new byte[0];
    }

    @Override
    public void snapshot(DataOutput out) {}

    @Override
    public void restore(DataInput in) {}

    @Override
    public long hash() {
      return hash;
    }
  }

  /** A member with a disk that is durable some steps later, and what the network says to it. */
  private final class Run extends Transcript implements SnapshotFiles {
    private final SplittableRandom random;
    private final Member member;
    private final MemberKind kind;
    private final DurableSends gate = new DurableSends(() -> this.durable, this::leave);
    private final ArrayDeque<Message> own = new ArrayDeque<>();
    private final ArrayDeque<Runnable> files = new ArrayDeque<>();
    final ArrayDeque<String> lastMessages = new ArrayDeque<>();
    private long appended;
    private long durable;
    private long now = 1_000;
    private long wall = 1_000_000;
    private long numbers = 1;

    Run(SplittableRandom random) {
      this.random = random;
      int which = random.nextInt(10);
      kind = which == 0 ? MemberKind.CLIENT : which == 1 ? MemberKind.WITNESS : MemberKind.MEMBER;
      Settings settings =
          new Settings(
              50,
              500,
              100,
              2_000,
              100,
              300,
              2_000,
              2_000,
              new Settings.Compaction(500, 0, 0, 7, 2, 3),
              new Settings.Sessions(1_000, 10),
              random.nextBoolean() ? new Settings.Lease(200, 20) : Settings.Lease.OFF,
              random.nextBoolean());
      Configurations configurations =
          which < 1 || which == 2
              ? Configurations.uninitialized()
              : new Configurations(
                  1 + random.nextInt(8), kind == MemberKind.WITNESS ? WITH_WITNESS : FIRST);
      Recovered recovered =
          which == 3
              ? new Recovered(new Ballot(3, "b"), new Ballot(2, "a"), 9, 9, List.of(), List.of())
              : which == 4
                  ? new Recovered(
                      new Ballot(3, "b"),
                      Ballot.NONE,
                      0,
                      1,
                      List.of(new Entry(1, new Ballot(2, "b"), value())),
                      List.of(new SlotRange(2, 3)))
                  : Recovered.NOTHING;
      member =
          new Member(
              new Member.Setup(
                  "a",
                  configurations,
                  /* foundation= */ null,
                  List.of("b", "c"),
                  settings,
                  recovered,
                  IncarnationHistory.first(1, 2),
                  new Machine(),
                  kind,
                  random.nextInt(3)),
              random.nextLong(),
              bound -> random.nextLong(bound),
              now,
              wall,
              this);
    }

    void steps() {
      member.start();
      try {
        for (int step = 0; step < STEPS; step++) {
          step();
          look();
        }
      } catch (IllegalStateException differ) {
        if (!differ.getClass().getSimpleName().equals("StatesDiffer")) {
          throw differ;
        }
      }
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          now += random.nextInt(3) == 0 ? random.nextInt(900) : 10;
          wall += random.nextInt(5) == 0 ? random.nextInt(-5_000, 5_000) : 10;
          member.tick(now, wall);
        }
        case 2 -> durable = appended;
        case 3 -> member.submit(new byte[random.nextInt(40)]);
        case 4 -> member.read(level());
        case 5 -> {
          Runnable next = files.poll();
          if (next != null) {
            next.run();
          }
        }
        case 6 -> any();
        default -> hear();
      }
      gate.release();
      do {
        for (Message message = own.poll(); message != null; message = own.poll()) {
          member.receive("a", message);
        }
        member.flush();
      } while (!own.isEmpty());
    }

    private void any() {
      switch (random.nextInt(6)) {
        case 0 -> member.transfer(name());
        case 1 -> member.handOver(random.nextBoolean());
        case 2 -> {
          if (member.isInitialized()) {
            member.change(configuration(), random.nextBoolean());
          }
        }
        case 3 -> member.wantSnapshot();
        case 4 -> member.health();
        default -> member.contacts(List.of(name(), name()));
      }
    }

    private void hear() {
      String from = random.nextInt(8) == 0 ? name() : NAMES.get(1 + random.nextInt(2));
      if (from.equals("a")) {
        return;
      }
      member.time(now, wall);
      Incarnation incarnation =
          random.nextInt(40) == 0
              ? new Incarnation(number(), number(), number())
              : new Incarnation(from.hashCode(), 1, 7);
      Epoch epoch = random.nextInt(60) == 0 ? epoch() : Epoch.FIRST;
      Message message = message();
      lastMessages.add(from + " " + message);
      if (lastMessages.size() > 12) {
        lastMessages.remove();
      }
      if (!member.acceptsSender(from, incarnation, epoch)) {
        member.receiveUnverified(from, incarnation, message);
      } else if (member.admits(from, message)) {
        member.receive(from, message);
      }
    }

    private void look() {
      Ballot own = member.proposer().ballot();
      see(member.proposer().leads(), Seen.LEADING);
      see(!member.proposer().leads() && !own.equals(Ballot.NONE), Seen.PREPARING);
      see(own.equals(Ballot.NONE), Seen.IDLE);
      see(!member.isInitialized(), Seen.UNINITIALIZED);
      see(member.isStateLost(), Seen.WITHOUT_STATE);
      see(kind == MemberKind.WITNESS, Seen.WITNESS);
      see(kind == MemberKind.CLIENT, Seen.CLIENT);
      if (member.isInitialized()) {
        see(member.configurations().pending() != null, Seen.CHANGING);
        see(member.configurations().hasLeft("a"), Seen.LEFT);
        String leader = member.proposer().leader();
        see(leader != null && !leader.equals("a"), Seen.FOLLOWING);
      }
    }

    private void see(boolean is, Seen what) {
      if (is) {
        seen.merge(what, 1, Integer::sum);
      }
    }

    // ---- what may arrive ------------------------------------------------------------------------

    private Message message() {
      return switch (random.nextInt(34)) {
        case 0 -> new Message.PreVote(number());
        case 1 -> new Message.Prepare(ballot(), slot(1));
        case 2, 3 -> new Message.Accept(ballot(), slot(1), value(), slot(0));
        case 4 -> new Message.Heartbeat(ballot(), number(), number(), lease());
        case 5 -> new Message.Resigned(ballot());
        case 6, 7 -> new Message.PreVoteReply(number(), random.nextInt(4) == 0, ballotOrNone());
        case 8, 9 -> promise();
        case 10, 11 -> new Message.Accepted(ballot(), slot(1));
        case 12 -> new Message.Nack(ballot(), ballot());
        case 13 -> new Message.HeartbeatAck(ballot(), number(), random.nextBoolean());
        case 14 ->
            random.nextBoolean()
                ? new Message.TakeOver(ballotOrNone())
                : new Message.Deadline(number());
        case 15 -> new Message.Transfer(name());
        case 16 -> new Message.Submit(command());
        case 17 -> new Message.ReadIndex(number(), random.nextBoolean());
        case 18 -> new Message.Chosen(ballot(), slot(0));
        case 19 -> new Message.Refused(number(), number(), random.nextBoolean());
        case 20 -> new Message.ReadIndexReply(number(), slot(0), random.nextBoolean());
        case 21 -> new Message.Join(number());
        case 22 -> new Message.Welcome(number(), 1 + random.nextInt(8), FIRST, epoch(), List.of());
        case 23 -> new Message.Hello();
        case 24 ->
            random.nextBoolean()
                ? new Message.IdentityChallenge(number(), number())
                : new Message.IdentityResponse(number(), number());
        case 25 ->
            new Message.Excluded(
                random.nextInt(20) == 0 ? 2 : number(), ExclusionReason.COPY, epoch());
        case 26 -> new Message.DurableSlotQuery(number());
        case 27 -> new Message.DurableSlotReply(number(), slot(0));
        case 28 -> random.nextBoolean() ? new Message.Learn(slot(1)) : new Message.Follow(slot(1));
        case 29 -> new Message.GroupStatus(ballotOrNone(), slot(0), number());
        case 30 -> new Message.Learned(entries(), slot(0));
        case 31 ->
            random.nextBoolean()
                ? new Message.WantSnapshot(slot(1))
                : new Message.Offer(snapshot());
        case 32 -> piece();
        default -> new Message.StateHash(slot(1), number());
      };
    }

    private Message promise() {
      long first = random.nextInt(3) > 0 ? member.log().chosen() + 1 : slot(1);
      long last =
          switch (random.nextInt(4)) {
            case 0 -> first - 1;
            case 1 -> Math.min(MOST - 1, first + random.nextInt(5));
            default -> Long.MAX_VALUE;
          };
      return new Message.Promise(ballot(), first, last, entries(), slot(0));
    }

    private Message piece() {
      Snapshot snapshot = snapshot();
      int length = random.nextInt((int) Math.min(10, snapshot.length() + 1));
      long offset =
          snapshot.length() == length ? 0 : random.nextLong(snapshot.length() - length + 1);
      return random.nextBoolean()
          ? new Message.Fetch(snapshot, offset, length)
          : new Message.Chunk(snapshot, offset, new byte[length]);
    }

    private Snapshot snapshot() {
      Snapshot newest = member.snapshot();
      Snapshot fetched = member.fetching();
      return newest != null && random.nextInt(3) == 0
          ? newest
          : fetched != null && random.nextBoolean()
              ? fetched
              : new Snapshot(
                  slot(1),
                  random.nextInt(4) == 0 ? MOST : 1 + random.nextInt(30),
                  random.nextInt());
    }

    /** Mostly the ballot that the member itself uses, or one that is near to those it has heard. */
    private Ballot ballot() {
      Ballot own = member.proposer().ballot();
      if (random.nextInt(2) == 0 && !own.equals(Ballot.NONE)) {
        return own;
      }
      long round =
          switch (random.nextInt(12)) {
            case 0 -> MOST;
            case 1 -> 1 + random.nextLong(MOST);
            default -> Math.max(1, member.proposer().highest().round() + random.nextInt(-1, 2));
          };
      return new Ballot(Math.min(round, MOST), random.nextInt(3) > 0 ? "b" : name());
    }

    private Ballot ballotOrNone() {
      return random.nextInt(3) == 0 ? Ballot.NONE : ballot();
    }

    private long slot(long least) {
      return switch (random.nextInt(12)) {
        case 0 -> MOST;
        case 1 -> least + random.nextLong(MOST - least);
        default -> Math.max(least, Math.min(MOST, member.log().chosen() + random.nextInt(-3, 5)));
      };
    }

    /** Numbers of requests count from 1, or from a number that was drawn. */
    private long number() {
      return switch (random.nextInt(8)) {
        case 0 -> random.nextLong();
        case 1 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
        case 2 -> -random.nextInt(5);
        default -> 1 + random.nextInt(6);
      };
    }

    private long lease() {
      return switch (random.nextInt(5)) {
        case 0 -> number();
        case 1 -> 200;
        case 2 -> 1 + random.nextInt(300);
        default -> 0;
      };
    }

    private List<Entry> entries() {
      List<Entry> entries = new ArrayList<>();
      long slot = random.nextBoolean() ? slot(1) : Math.min(MOST - 9, member.log().chosen() + 1);
      for (int i = random.nextInt(4); i > 0 && slot < MOST; i--) {
        entries.add(new Entry(slot, ballot(), value()));
        slot += random.nextInt(4) == 0 ? 2 : 1;
      }
      return entries;
    }

    private Value value() {
      if (random.nextInt(3) == 0) {
        return Value.noOp(time());
      }
      Value.Builder builder = new Value.Builder();
      for (int i = random.nextInt(3); i >= 0; i--) {
        builder.add(command());
      }
      return builder.build(time());
    }

    private long time() {
      return random.nextInt(20) == 0 ? random.nextLong() : wall + random.nextInt(2_000);
    }

    private Command command() {
      if (random.nextInt(2) == 0) {
        return new Command(GroupCommand.NO_SESSION, number(), number(), groupCommand());
      }
      long session =
          member != null && random.nextInt(3) > 0
              ? (Math.min(member.log().chosen(), 1L << 40) << 20) + random.nextInt(2)
              : number();
      return new Command(session, number(), number(), new byte[random.nextInt(40)]);
    }

    private byte[] groupCommand() {
      return switch (random.nextInt(6)) {
        case 0 -> new GroupCommand.OpenSession(number()).toBytes();
        case 1 -> new GroupCommand.KeepAlive(number()).toBytes();
        case 2 -> new GroupCommand.CloseSession(number()).toBytes();
        case 3 -> new GroupCommand.ChangeConfiguration(number(), configuration()).toBytes();
        case 4 -> GroupCommand.LeaderBegins.PLAIN.toBytes();
        default -> {
          byte[] bytes = new byte[random.nextInt(30)];
          random.nextBytes(bytes);
          // A leader that has skipped commands is another finding than an odd message.
          yield bytes.length > 0 && bytes[0] == 5 ? new byte[] {5} : bytes;
        }
      };
    }

    private Configuration configuration() {
      List<String> all = new ArrayList<>();
      for (String name : NAMES) {
        if (random.nextInt(3) > 0) {
          all.add(name);
        }
      }
      if (all.isEmpty()) {
        all.add(name());
      }
      List<String> acceptors = all.subList(0, 1 + random.nextInt(all.size()));
      List<String> witnesses =
          all.size() > 1 && random.nextInt(3) == 0 ? all.subList(0, 1) : List.of();
      long id =
          random.nextInt(3) > 0 || member == null || !member.isInitialized()
              ? 2 + random.nextInt(3)
              : member.configurations().latest().id() + 1;
      return new Configuration(
          id,
          all,
          QuorumSystem.majority(acceptors),
          random.nextBoolean() ? acceptors : all,
          witnesses);
    }

    private Epoch epoch() {
      return random.nextBoolean()
          ? Epoch.FIRST
          : new Epoch(random.nextInt(2), 1 + random.nextInt(3), name());
    }

    private String name() {
      return NAMES.get(random.nextInt(NAMES.size()));
    }

    private ReadLevel level() {
      return switch (random.nextInt(4)) {
        case 0 -> ReadLevel.LINEARIZABLE;
        case 1 -> ReadLevel.LEASE;
        case 2 -> ReadLevel.bounded(random.nextInt(100));
        default -> ReadLevel.notBefore(random.nextInt(20));
      };
    }

    // ---- the host -------------------------------------------------------------------------------

    private void leave(String to, Message message) {
      if (to.equals("a")) {
        own.add(message);
      }
    }

    @Override
    public void append(LogRecord record) {
      gate.appended(++appended);
      numbers++;
    }

    @Override
    public void send(String to, Message message) {}

    @Override
    public void sendAfter(String to, Message message) {
      gate.sendAfter(to, message);
    }

    @Override
    public SnapshotFiles snapshots() {
      return this;
    }

    @Override
    public long logBytes() {
      return 100 * numbers;
    }

    @Override
    public void take(long slot, StateMachine.Frozen state) {
      files.add(() -> member.snapshotTaken(new Snapshot(slot, 20, (int) slot)));
    }

    @Override
    public void drop(Snapshot snapshot) {}

    @Override
    public void read(Snapshot snapshot, long offset, int length, String forMember) {
      files.add(() -> member.chunkRead(forMember, snapshot, offset, new byte[length]));
    }

    @Override
    public void begin(Snapshot snapshot) {}

    @Override
    public void write(Snapshot snapshot, long offset, byte[] bytes) {
      files.add(() -> member.chunkWritten(snapshot, offset));
    }

    @Override
    public void install(Snapshot snapshot) {
      files.add(() -> member.snapshotDamaged(snapshot));
    }
  }
}
