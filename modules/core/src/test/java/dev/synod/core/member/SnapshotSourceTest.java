package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Outcome;
import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A teacher that has cut its log, and a member that was away. */
class SnapshotSourceTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Ballot B9 = new Ballot(9, "b");
  private static final long TIMEOUT = 1_000;

  /** Bytes of ten slots, which have two records each. */
  private static final long LENT = 2_000;

  private static final Settings SETTINGS =
      new Settings(
          50,
          500,
          100,
          10_000,
          100,
          1000,
          1000,
          1000,
          new Settings.Compaction(1, 0, LENT, 7, 2, 1000),
          new Settings.Sessions(TIMEOUT, 10),
          Settings.Lease.OFF,
          /* thrifty= */ false);

  /** The session that is opened at slot 1. */
  private static final long SESSION = 1L << 20;

  private static final Command OPEN =
      new Command(GroupCommand.NO_SESSION, 5, 0, new GroupCommand.OpenSession(TIMEOUT).toBytes());

  /** Counts commands. */
  private static final class Counter implements StateMachine {
    long count;

    @Override
    public byte[] apply(Context context, ByteBuffer command) {
      count++;
      return new byte[0];
    }

    @Override
    public byte[] query(ByteBuffer question) {
      return new byte[0];
    }

    @Override
    public void snapshot(DataOutput out) throws IOException {
      out.writeLong(count);
    }

    @Override
    public void restore(DataInput in) throws IOException {
      count = in.readLong();
    }

    @Override
    public long hash() {
      return count;
    }
  }

  /** A member with a world that does everything at once, and writes down what was said. */
  private static final class World extends Transcript implements SnapshotFiles {
    final List<Message> sent = new ArrayList<>();

    /** To whom the last message went. */
    String receiver = "";

    final TreeMap<Snapshot, byte[]> files =
        new TreeMap<>((one, other) -> Long.compare(one.slot(), other.slot()));
    final Counter machine = new Counter();
    final String name;
    final Member member;
    boolean reads = true;
    private byte[] draft = {};
    private long written = 1;

    World(String name, Recovered recovered) {
      this(
          name,
          recovered,
          new Configurations(
              8, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))));
    }

    World(String name, Recovered recovered, Configurations configurations) {
      this.name = name;
      member =
          new Member(
              new Member.Setup(
                  name,
                  configurations,
                  null,
                  List.of(),
                  SETTINGS,
                  recovered,
                  IncarnationHistory.first(1, 2),
                  machine,
                  MemberKind.MEMBER,
                  /* maxClients= */ 0),
              1,
              bound -> bound - 1,
              1,
              1,
              this);
    }

    List<Message> takeSent() {
      List<Message> taken = List.copyOf(sent);
      sent.clear();
      return taken;
    }

    /** Chooses a command at each slot up to this one; the first opens the session of all. */
    void choose(long slot) {
      for (long next = member.log().chosen() + 1; next <= slot; next++) {
        choose(next, next == 1 ? OPEN : new Command(SESSION, next, 0, new byte[] {1}));
      }
    }

    /** Chooses this command at the next slot, which this is. */
    void choose(long slot, Command command) {
      Value value = new Value.Builder().add(command).build(slot);
      member.receive("c", new Message.Learned(List.of(new Entry(slot, A1, value)), slot));
    }

    /** The command that this member has just sent to a leader. */
    Command submitted() {
      return takeSent().stream()
          .filter(Message.Submit.class::isInstance)
          .map(message -> ((Message.Submit) message).command())
          .findFirst()
          .orElseThrow();
    }

    void tick(long now) {
      member.tick(now, now);
    }

    @Override
    public void append(LogRecord record) {
      super.append(record);
      written += 100;
    }

    @Override
    public void send(String to, Message message) {
      receiver = to;
      sent.add(message);
    }

    @Override
    public void sendAfter(String to, Message message) {
      sent.add(message);
    }

    @Override
    public SnapshotFiles snapshots() {
      return this;
    }

    @Override
    public long logBytes() {
      return written;
    }

    @Override
    public void take(long slot, StateMachine.Frozen state) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        state.write(new DataOutputStream(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Snapshot snapshot = new Snapshot(slot, bytes.size(), Arrays.hashCode(bytes.toByteArray()));
      files.put(snapshot, bytes.toByteArray());
      write("take " + slot);
    }

    void taken() {
      member.snapshotTaken(files.lastKey());
    }

    @Override
    public void drop(Snapshot snapshot) {
      files.remove(snapshot);
    }

    @Override
    public void read(Snapshot snapshot, long offset, int length, String forMember) {
      if (!reads) {
        return;
      }
      byte[] bytes = files.get(snapshot);
      member.chunkRead(
          forMember,
          snapshot,
          offset,
          bytes == null
              ? new byte[0]
              : Arrays.copyOfRange(bytes, (int) offset, (int) offset + length));
    }

    @Override
    public void begin(Snapshot snapshot) {
      draft = new byte[(int) snapshot.length()];
      write("begin " + snapshot.slot());
    }

    @Override
    public void write(Snapshot snapshot, long offset, byte[] bytes) {
      System.arraycopy(bytes, 0, draft, (int) offset, bytes.length);
      member.chunkWritten(snapshot, offset);
    }

    @Override
    public void install(Snapshot snapshot) {
      if (Arrays.hashCode(draft) != snapshot.checksum()) {
        member.snapshotDamaged(snapshot);
        return;
      }
      try {
        member.snapshotReady(snapshot, member.prepare(snapshot, new ByteArrayInputStream(draft)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final World teacher = new World("a", Recovered.NOTHING);

  /** The teacher has a snapshot of slot 20, and nothing below it. */
  private Snapshot cutAt20() {
    teacher.choose(20);
    teacher.tick(100);
    teacher.taken();
    return teacher.files.lastKey();
  }

  /** Carries messages between the two until nobody says anything more about snapshots. */
  private void converse(World learner) {
    for (int turn = 0; turn < 100; turn++) {
      learner.takeSent().forEach(message -> teacher.member.receive("b", message));
      List<Message> answers = teacher.takeSent();
      answers.forEach(message -> learner.member.receive("a", message));
    }
  }

  @Test
  void theLogIsCutOnlyOnceTheSnapshotIsDurable() {
    teacher.choose(20);
    teacher.tick(100);
    assertThat(teacher.lines()).contains("take 20");
    assertThat(teacher.member.log().floor()).isZero();
    teacher.choose(22);
    teacher.taken();
    assertThat(teacher.lines().get(teacher.lines().size() - 1))
        .isEqualTo("append " + new LogRecord.Truncated(20));
    assertThat(teacher.member.log().floor()).isEqualTo(20);
    assertThat(teacher.member.log().get(20)).isNull();
    teacher.tick(110);
    assertThat(teacher.member.log().size()).isEqualTo(2);
  }

  /** Seed 536, once: it told that it knows slot 52, and after a restart it knew 51. */
  @Test
  void whatWasLearnedAheadOfASnapshotIsKnownForGoodOnceThatHasClosedTheGap() {
    Snapshot snapshot = cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    Value value = new Value.Builder().add(new Command(7, 21, 0, new byte[] {1})).build(21);
    learner.member.receive("c", new Message.Learned(List.of(new Entry(21, A1, value)), 21));
    learner.member.receive("a", new Message.Offer(snapshot));
    converse(learner);
    assertThat(learner.member.log().chosen()).isEqualTo(21);
    assertThat(learner.lines()).contains("append " + new LogRecord.Chosen(21));
  }

  @Test
  void aMemberThatWasAwayInstallsASnapshot_andWhatItPromisedAndAcceptedAboveStays() {
    cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    learner.member.start();
    Value above = Value.noOp(1);
    learner.member.receive("b", new Message.Accept(B9, 23, above, 0));
    learner.member.receive("b", new Message.Accept(B9, 5, above, 0));
    learner.takeSent();
    teacher.choose(22);

    learner.member.receive("a", new Message.Chosen(A1, 22));
    learner.tick(1_000);
    converse(learner);

    assertThat(learner.machine.count).isEqualTo(21);
    assertThat(learner.member.replica().hash()).isEqualTo(teacher.member.replica().hash());
    assertThat(learner.member.log().floor()).isEqualTo(20);
    assertThat(learner.member.log().chosen()).isEqualTo(22);
    assertThat(learner.member.log().get(23)).isEqualTo(new Entry(23, B9, above));
    assertThat(learner.member.log().get(5)).isNull();
    assertThat(learner.member.acceptor().promised()).isEqualTo(B9);
    assertThat(learner.lines()).contains("append " + new LogRecord.Truncated(20));
  }

  @Test
  void valuesAcceptedBelowASnapshotAreNotTaught() {
    cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    learner.member.receive("b", new Message.Accept(B9, 5, Value.noOp(1), 0));
    fetch(learner);
    learner.takeSent();
    Ballot later = new Ballot(10, "c");
    learner.member.receive("c", new Message.Accept(later, 5, Value.noOp(2), 0));
    assertThat(learner.takeSent()).containsExactly(new Message.Learned(List.of(), 20));
  }

  @Test
  void aSnapshotContainsMembersAndFormerMembers() {
    Configuration next =
        new Configuration(2, List.of("a", "b", "d"), QuorumSystem.majority(List.of("a", "b", "d")));
    byte[] change = new GroupCommand.ChangeConfiguration(1, next).toBytes();
    Value value =
        new Value.Builder().add(new Command(GroupCommand.NO_SESSION, 99, 0, change)).build(1);
    teacher.member.receive("c", new Message.Learned(List.of(new Entry(1, A1, value)), 1));
    Snapshot snapshot = cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    learner.member.receive("a", new Message.Offer(snapshot));
    converse(learner);
    assertThat(learner.member.configurations().current().id()).isEqualTo(2);
    assertThat(learner.member.configurations().members()).containsExactly("a", "b", "d");
    assertThat(learner.member.configurations().currentFrom()).isEqualTo(9);
    assertThat(learner.member.configurations().left()).containsExactly("c");
    assertThat(learner.lines()).contains("append " + new LogRecord.Truncated(20));
  }

  /** A member that comes back with the teacher's snapshot of slot 20. */
  private World back() {
    World learner = new World("b", Recovered.NOTHING);
    fetch(learner);
    return learner;
  }

  private void fetch(World learner) {
    learner.member.receive("a", new Message.Chosen(A1, 20));
    learner.tick(1_000);
    if (!learner.files.isEmpty()) {
      // It takes one of its own, and fetches another's only then.
      learner.taken();
    }
    converse(learner);
    assertThat(learner.member.log().floor()).isEqualTo(20);
  }

  private static long slot(@Nullable Outcome outcome) {
    return ((Outcome.Applied) Objects.requireNonNull(outcome)).slot();
  }

  @Test
  void whatWasAppliedForASessionIsNotAppliedAgainAboveASnapshot_andWhatItEndedWithIsKnown() {
    cutAt20();
    World learner = back();
    learner.choose(21, new Command(SESSION, 20, 0, new byte[] {1}));
    assertThat(learner.member.replica().applied()).isEqualTo(21);
    assertThat(learner.machine.count).isEqualTo(19);
    assertThat(slot(learner.member.replica().outcome(SESSION, 20))).isEqualTo(20);
    assertThat(slot(teacher.member.replica().outcome(SESSION, 20))).isEqualTo(20);
  }

  @Test
  void sessionsExpireAtTheSameSlot_whetherTheyWereSeenOrCameWithASnapshot() {
    cutAt20();
    World learner = back();
    for (World each : List.of(teacher, learner)) {
      Value inTime = Value.noOp(20 + TIMEOUT);
      each.member.receive("c", new Message.Learned(List.of(new Entry(21, A1, inTime)), 21));
      assertThat(each.member.replica().sessions()).isEqualTo(1);
      Value tooLate = Value.noOp(21 + TIMEOUT);
      each.member.receive("c", new Message.Learned(List.of(new Entry(22, A1, tooLate)), 22));
      assertThat(each.member.replica().sessions()).isZero();
    }
    assertThat(learner.member.replica().hash()).isEqualTo(teacher.member.replica().hash());
  }

  @Test
  void theLogsTimeComesWithASnapshot() {
    cutAt20();
    World learner = back();
    Value noTime = Value.noOp(0);
    learner.member.receive("c", new Message.Learned(List.of(new Entry(21, A1, noTime)), 21));
    assertThat(learner.member.replica().time()).isEqualTo(20);
  }

  /** A member that has sent two commands of its session, which slot 1 has opened. */
  private World asking(long[] sequences) {
    World learner = new World("b", Recovered.NOTHING);
    learner.tick(100);
    learner.member.receive("a", new Message.Heartbeat(A1, 1, 0, 0));
    sequences[0] = learner.member.submit(new byte[] {1});
    sequences[1] = learner.member.submit(new byte[] {1});
    learner.member.flush();
    Command open = learner.submitted();
    assertThat(open.session()).isEqualTo(GroupCommand.NO_SESSION);
    learner.choose(1, open);
    teacher.choose(1, open);
    learner.member.flush();
    assertThat(learner.member.session().id()).isEqualTo(SESSION);
    assertThat(learner.submitted().sequence()).isEqualTo(sequences[0]);
    return learner;
  }

  @Test
  void aCommandThatWasAppliedInTheSnapshotAloneEndsWithWhatTheSnapshotSays() {
    long[] sequences = {0, 0};
    World learner = asking(sequences);
    teacher.choose(2, new Command(SESSION, sequences[0], 0, new byte[] {1}));
    for (long slot = 3; slot <= 20; slot++) {
      teacher.choose(slot, new Command(SESSION, 100 + slot, 0, new byte[] {1}));
    }
    cutAt20();
    fetch(learner);
    assertThat(learner.lines())
        .anyMatch(line -> line.startsWith("complete " + sequences[0] + " Applied[slot=2, "))
        .noneMatch(line -> line.startsWith("complete " + sequences[1]));
    assertThat(learner.member.session().id()).isEqualTo(SESSION);
  }

  @Test
  void aSessionThatWasOpenedInTheSnapshotAloneIsFoundThere() {
    World learner = new World("b", Recovered.NOTHING);
    learner.tick(100);
    learner.member.receive("a", new Message.Heartbeat(A1, 1, 0, 0));
    long sequence = learner.member.submit(new byte[] {1});
    learner.member.flush();
    teacher.choose(1, learner.submitted());
    cutAt20();
    fetch(learner);
    learner.takeSent();
    learner.member.receive("a", new Message.Heartbeat(A1, 2, 0, 0));
    learner.member.flush();
    Command sent = learner.submitted();
    assertThat(sent.session()).isEqualTo(SESSION);
    assertThat(sent.sequence()).isEqualTo(sequence);
  }

  @Test
  void whereTheSnapshotHasTheSessionNoMore_whatWasSentInItEndsAsUnknown() {
    long[] sequences = {0, 0};
    World learner = asking(sequences);
    teacher.choose(2, new Command(SESSION, sequences[0], 0, new byte[] {1}));
    Command close =
        new Command(
            GroupCommand.NO_SESSION, 0, 0, new GroupCommand.CloseSession(SESSION).toBytes());
    teacher.choose(3, close);
    cutAt20();
    fetch(learner);
    assertThat(learner.lines())
        .contains(
            "complete " + sequences[0] + " " + new Outcome.Unknown(),
            "complete " + sequences[1] + " " + new Outcome.Unknown());
    assertThat(learner.member.session().id()).isEqualTo(GroupCommand.NO_SESSION);
  }

  @Test
  void aMemberThatHasLostItsSnapshotFetchesAnother_andKeepsItsPromise() {
    cutAt20();
    World learner = new World("b", new Recovered(B9, Ballot.NONE, 15, 15, List.of(), List.of()));
    learner.member.start();
    learner.tick(1_000);
    assertThat(learner.sent).contains(new Message.WantSnapshot(15));
    assertThat(learner.member.isStateLost()).isTrue();
    learner.member.receive("a", new Message.TakeOver(B9));
    learner.member.flush();
    assertThat(learner.member.proposer().ballot()).isEqualTo(Ballot.NONE);
    converse(learner);
    assertThat(learner.machine.count).isEqualTo(19);
    assertThat(learner.member.acceptor().promised()).isEqualTo(B9);
  }

  /** Seed 99, once: it took itself for one of the epoch of the group's birth, and was barred. */
  @Test
  void whoJoinsAndHasASnapshotButNoLogThatSaysInWhichEpoch_joinsAnew() throws IOException {
    Snapshot snapshot = cutAt20();
    byte[] bytes = Objects.requireNonNull(teacher.files.get(snapshot));
    World joiner = new World("d", Recovered.NOTHING, Configurations.uninitialized());
    joiner.files.put(snapshot, bytes);
    joiner.member.restore(snapshot, new ByteArrayInputStream(bytes));
    joiner.member.start();
    assertThat(joiner.member.epoch()).isEqualTo(Epoch.UNBORN);
    assertThat(joiner.files).isEmpty();
    assertThat(joiner.member.log().floor()).isZero();
  }

  /** Seed 1691: it was taken for promised until the log was cut, and the promise with it. */
  @Test
  void whatWasLearnedBeforeARestartIsNotPromised() {
    Entry learned = new Entry(1, B9, Value.noOp(0));
    World learner =
        new World("b", new Recovered(Ballot.NONE, Ballot.NONE, 0, 1, List.of(learned), List.of()));
    learner.member.start();
    learner.member.receive("a", new Message.Prepare(B9, 2));
    assertThat(learner.lines()).contains("append " + new LogRecord.Promised(B9));
  }

  @Test
  void aRequestForALaterSnapshotMakesTheMemberTakeOne() {
    cutAt20();
    teacher.choose(21);
    teacher.member.receive("b", new Message.WantSnapshot(21));
    teacher.tick(110);
    assertThat(teacher.lines()).contains("take 21");
  }

  @Test
  void aPieceThatIsNotThereAnyMoreEndsTheFetching_andADamagedSnapshotIsNotInstalled() {
    Snapshot snapshot = cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    learner.member.receive("a", new Message.Offer(snapshot));
    assertThat(learner.takeSent())
        .containsExactly(new Message.Fetch(snapshot, 0, 7), new Message.Fetch(snapshot, 7, 7));
    learner.member.receive("a", new Message.Chunk(snapshot, 0, new byte[0]));
    assertThat(learner.member.fetching()).isNull();

    byte[] bytes = teacher.files.get(snapshot);
    bytes[10] ^= 1;
    learner.member.receive("a", new Message.Offer(snapshot));
    converse(learner);
    assertThat(learner.member.fetching()).isNull();
    assertThat(learner.machine.count).isZero();
    assertThat(learner.member.log().floor()).isZero();
  }

  @Test
  void anotherTeacherGoesOnWhereOneFellSilent() {
    Snapshot snapshot = cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    learner.tick(1_000);
    learner.takeSent();
    learner.member.receive("c", new Message.Offer(snapshot));
    learner.member.receive("a", new Message.Offer(snapshot));
    assertThat(learner.takeSent()).hasSize(2);
    learner.tick(1_600);
    learner.takeSent();
    learner.member.receive("a", new Message.Offer(snapshot));
    converse(learner);
    assertThat(learner.lines().stream().filter(line -> line.equals("begin 20"))).hasSize(1);
    assertThat(learner.machine.count).isEqualTo(19);
  }

  /** The teacher has a snapshot of slot 20, and somebody has got the first pieces of it. */
  private World fetchingAt20() {
    World learner = new World("b", Recovered.NOTHING);
    learner.member.receive("a", new Message.Offer(cutAt20()));
    carry(learner, teacher);
    carry(teacher, learner);
    assertThat(learner.member.fetching()).isEqualTo(teacher.files.firstKey());
    return learner;
  }

  private static void carry(World from, World to) {
    from.takeSent().forEach(message -> to.member.receive(from.name, message));
  }

  /** The teacher takes the next snapshot, of this slot. */
  private void takeAt(long slot, long now) {
    teacher.choose(slot);
    teacher.member.wantSnapshot();
    teacher.tick(now);
    assertThat(teacher.lines()).contains("take " + slot);
    teacher.taken();
  }

  /**
   * A deaf member of seed 382, once: it fetched one snapshot after the other while others wrote.
   */
  @Test
  void whatIsBehindASnapshotStaysWhileSomebodyFetchesThat_andIsLearnedWhereItWasFetched() {
    World learner = fetchingAt20();
    learner.member.receive("c", new Message.Chosen(A1, 24));
    takeAt(22, 200);
    takeAt(24, 300);
    assertThat(teacher.member.log().floor()).isEqualTo(20);

    while (learner.member.fetching() != null) {
      carry(learner, teacher);
      carry(teacher, learner);
    }
    assertThat(learner.member.replica().applied()).isEqualTo(20);
    assertThat(learner.sent).last().isEqualTo(new Message.Learn(21));
    assertThat(learner.receiver).isEqualTo("a");
    carry(learner, teacher);
    carry(teacher, learner);
    assertThat(learner.member.replica().applied()).isEqualTo(24);
  }

  @Test
  void whatIsBehindASnapshotStaysAlsoWhileThatIsLearned_butNotForWhoIsSilent() {
    fetchingAt20();
    takeAt(22, 9_000);
    teacher.member.receive("b", new Message.Learn(21));
    takeAt(23, 18_900);
    assertThat(teacher.member.log().floor()).isEqualTo(20);
    takeAt(24, 19_000);
    assertThat(teacher.member.log().floor()).isEqualTo(24);
  }

  /**
   * Seed 7531511301: a client that kept pace held a loan that kept all other clients from theirs.
   */
  @Test
  void whoKeepsPaceOrFetchesAnotherSnapshotEndsItsLoan() {
    fetchingAt20();
    takeAt(22, 200);
    Snapshot later = teacher.files.lastKey();
    teacher.member.receive("b", new Message.Learn(21));
    teacher.choose(23);
    teacher.member.receive("b", new Message.Learn(23));
    teacher.tick(250);
    assertThat(teacher.files.keySet()).as("it kept pace").containsExactly(later);

    teacher.member.receive("b", new Message.Fetch(later, 0, 7));
    takeAt(24, 300);
    Snapshot latest = teacher.files.lastKey();
    teacher.tick(310);
    assertThat(teacher.files.keySet()).containsExactly(later, latest);
    teacher.member.receive("b", new Message.Fetch(latest, 0, 7));
    teacher.tick(320);
    assertThat(teacher.files.keySet()).as("it fetches another").containsExactly(latest);
  }

  @Test
  void whatAnotherMemberLearnsKeepsNoLoan() {
    fetchingAt20();
    takeAt(22, 200);
    teacher.member.receive("c", new Message.Learn(21));
    for (long now = 1_000; now < 12_000; now += 1_000) {
      teacher.member.receive("c", new Message.Learn(22));
      teacher.tick(now);
    }
    assertThat(teacher.files).hasSize(1);
  }

  @Test
  void aFetchThatLastsTooLongDoesNotKeepTheLog() {
    World learner = fetchingAt20();
    takeAt(27, 200);
    assertThat(teacher.member.log().floor()).isEqualTo(20);
    carry(learner, teacher);
    takeAt(31, 300);
    assertThat(teacher.member.log().floor()).isEqualTo(31);
  }

  /** Seed 72582: a member on a slow link fetched one snapshot after the other. */
  @Test
  void afterAFetchThatLastedTooLongTheNextIsLentMore() {
    World learner = fetchingAt20();
    takeAt(27, 200);
    carry(learner, teacher);
    takeAt(31, 300);
    assertThat(teacher.member.log().floor()).isEqualTo(31);
    teacher.member.receive("b", new Message.Fetch(teacher.files.lastKey(), 0, 7));
    takeAt(43, 400);
    assertThat(teacher.member.log().floor()).isEqualTo(31);
    takeAt(53, 500);
    assertThat(teacher.member.log().floor()).isEqualTo(53);
  }

  @Test
  void aLoanLastsWhileChunksAreRequested_alsoIfTheDiskReadsNone() {
    Snapshot snapshot = cutAt20();
    teacher.reads = false;
    for (long now = 200; now < 30_000; now += 100) {
      teacher.tick(now);
      teacher.member.receive("b", new Message.Fetch(snapshot, 0, 7));
    }
    takeAt(22, 30_000);
    takeAt(24, 30_100);
    assertThat(teacher.member.log().floor()).isEqualTo(20);
  }

  @Test
  void aFetchFromAGiverThatStaysSilentIsAbandoned() {
    Snapshot snapshot = cutAt20();
    World learner = new World("b", Recovered.NOTHING);
    learner.tick(1_000);
    learner.member.receive("c", new Message.Offer(snapshot));
    learner.tick(10_900);
    assertThat(learner.member.fetching()).isEqualTo(snapshot);
    learner.tick(11_000);
    assertThat(learner.member.fetching()).isNull();
  }

  @Test
  void ofTwoThatAreFetchedTheOneThatWasBegunFirstStays() {
    fetchingAt20();
    Snapshot first = teacher.files.firstKey();
    takeAt(22, 200);
    Snapshot second = teacher.files.lastKey();
    teacher.member.receive("c", new Message.Fetch(second, 0, 7));
    takeAt(24, 300);
    assertThat(teacher.files.keySet()).containsExactly(first, teacher.files.lastKey());
  }

  @Test
  void aFetchThatAsksForTooMuchIsNotAnswered() {
    Snapshot snapshot = cutAt20();
    teacher.takeSent();
    teacher.member.receive("b", new Message.Fetch(snapshot, snapshot.length() - 1, 2));
    teacher.member.receive("b", new Message.Fetch(snapshot, 0, Snapshot.MAX_CHUNK + 1));
    assertThat(teacher.takeSent()).isEmpty();
    Snapshot other = new Snapshot(20, snapshot.length(), 0);
    teacher.member.receive("b", new Message.Fetch(other, 0, 1));
    assertThat(teacher.takeSent()).hasSize(1).first().isInstanceOf(Message.Chunk.class);
  }

  @Test
  void aSnapshotBelongsToTheMachinesItWasTakenOf() throws IOException {
    StateMachines two = new StateMachines(Map.of("one", new Counter(), "two", new Counter()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    two.snapshot(new DataOutputStream(bytes));
    Counter one = new Counter();
    one.count = 5;
    StateMachines fewer = new StateMachines(Map.of("one", one));
    assertThatThrownBy(() -> fewer.prepare(new ByteArrayInputStream(bytes.toByteArray())))
        .hasMessageContaining("'two'")
        .hasMessageContaining("the same state machines as the other members");
    two.prepare(new ByteArrayInputStream(bytes.toByteArray())).run();
  }
}
