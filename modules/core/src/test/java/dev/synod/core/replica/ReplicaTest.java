package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.synod.core.CommandFailed;
import dev.synod.core.CommandRejected;
import dev.synod.core.Outcome;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static final Ballot BALLOT = new Ballot(1, "a");
  private static final long SESSION = 1L << 20;
  private static final long OPENING = 5;

  private static final byte COUNT = 0;
  private static final byte THROW = 1;
  private static final byte REJECT_AT_LENGTH = 2;
  private static final byte OVERFLOW = 3;
  private static final byte NOTHING = 4;

  /** Counts, or does what a state machine should not do. */
  private static final class Machine implements StateMachine {
    long count;
    boolean failsAtEnd;
    boolean endsOneAtATime;

    /** Times at which something ends, and the counts at which it did. */
    final TreeSet<Long> deadlines = new TreeSet<>();

    final List<Long> ended = new ArrayList<>();

    /** Whether what ends is renewed for a second when a leader begins. */
    boolean leases;

    @Override
    public void leaderBegan(Context context) {
      assertThat(context.session()).isEqualTo(GroupCommand.NO_SESSION);
      if (leases) {
        deadlines.clear();
        deadlines.add(context.time() + 1_000);
      }
    }

    @Override
    public long nextDeadline(long after) {
      Long next = deadlines.higher(after);
      return next == null ? Long.MAX_VALUE : next;
    }

    @Override
    public void timePassed(Context context) {
      assertThat(context.session()).isEqualTo(GroupCommand.NO_SESSION);
      if (endsOneAtATime) {
        deadlines.pollFirst();
      } else {
        deadlines.headSet(context.time(), /* inclusive= */ true).clear();
      }
      ended.add(count);
    }

    @Override
    public byte[] apply(Context context, ByteBuffer command) {
      count++;
      switch (command.get()) {
        case THROW -> throw new IllegalStateException("an object of this process: " + new Object());
        case REJECT_AT_LENGTH -> throw new CommandRejected("\uD83D\uDE00".repeat(5_000));
        case OVERFLOW -> overflow(1);
        case NOTHING -> {
          return null;
        }
        default -> {}
      }
      return new byte[] {(byte) count};
    }

    private static long overflow(long depth) {
      return depth < 0 ? depth : 1 + overflow(depth + 1);
    }

    @Override
    public void sessionEnded(Context context) {
      if (failsAtEnd) {
        throw new AssertionError("of the machine");
      }
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

  /** A replica that has opened a session at slot 1. */
  private static final class Member implements Replica.Listener {
    final Machine machine = new Machine();
    final List<Outcome> outcomes = new ArrayList<>();
    final List<RuntimeException> thrown = new ArrayList<>();
    final Replica replica;

    Member(SkippedCommand... toSkip) {
      replica =
          new Replica(
              new StateMachines(Map.of("bank", machine)),
              new Configurations(8, Configuration.first(QuorumSystem.majority(List.of("a")))),
              Set.of(toSkip),
              this);
      apply(
          new Command(
              GroupCommand.NO_SESSION, OPENING, 0, new GroupCommand.OpenSession(60_000).toBytes()));
    }

    Member apply(Command... commands) {
      return applyAt(1_000, commands);
    }

    Member applyAt(long time, Command... commands) {
      Value.Builder builder = new Value.Builder();
      List.of(commands).forEach(builder::add);
      replica.apply(new Entry(replica.applied() + 1, BALLOT, builder.build(time)));
      return this;
    }

    byte[] snapshot() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      StateMachine.Frozen frozen = replica.freeze();
      try {
        frozen.write(new DataOutputStream(bytes));
      } catch (IOException never) {
        throw new AssertionError(never);
      }
      frozen.close();
      return bytes.toByteArray();
    }

    @Override
    public void applied(long session, long sequence, Outcome outcome) {
      outcomes.add(outcome);
    }

    @Override
    public void opened(long number, long session) {}

    @Override
    public void heard(long session) {}

    @Override
    public void ended(long session) {}

    @Override
    public void threw(long slot, RuntimeException exception) {
      thrown.add(exception);
    }
  }

  private static Command command(long sequence, byte kind) {
    byte[] payload = StateMachines.address("bank", 1);
    payload[payload.length - 1] = kind;
    return new Command(SESSION, sequence, 0, payload);
  }

  /** A leader begins that had applied that many slots. */
  private static Command begins(long applied, SkippedCommand... skipped) {
    return new Command(
        GroupCommand.NO_SESSION,
        9,
        0,
        new GroupCommand.LeaderBegins(applied, List.of(skipped)).toBytes());
  }

  @Test
  void timePassesBeforeTheCommandsOfASlotAndBehindTheNewLeadersFirstCommand() {
    Member member = new Member();
    member.machine.deadlines.addAll(List.of(1_500L, 2_000L, 9_000L));
    assertThat(member.replica.isDue(0, 1_499)).isFalse();
    assertThat(member.replica.isDue(0, 1_500)).isTrue();
    assertThat(member.replica.isDue(1_500, 1_999)).isFalse();
    member.applyAt(1_499, command(1, COUNT));
    assertThat(member.machine.ended).isEmpty();
    member.applyAt(1_500);
    assertThat(member.machine.ended).as("of an empty value").containsExactly(1L);
    member.applyAt(2_500, begins(3), command(2, COUNT), command(3, COUNT));
    assertThat(member.machine.ended).containsExactly(1L, 1L);
    assertThat(member.machine.count).isEqualTo(3);
    assertThat(member.replica.nextDeadline()).isEqualTo(9_000);
    member.applyAt(0, command(4, COUNT));
    assertThat(member.machine.ended).as("a gap has no time").hasSize(2);
  }

  @Test
  void aRestThatAStateMachineLeavesIsDueAMillisecondLater() {
    Member member = new Member();
    member.machine.endsOneAtATime = true;
    member.machine.deadlines.addAll(List.of(1_100L, 1_200L, 1_300L));
    member.applyAt(1_500);
    assertThat(member.machine.deadlines).containsExactly(1_200L, 1_300L);
    assertThat(member.replica.isDue(1_500, 1_500)).isFalse();
    assertThat(member.replica.isDue(1_500, 1_501)).isTrue();
    assertThat(member.replica.isDue(1_501, 1_510)).as("a value is on its way").isFalse();
    member.applyAt(1_501);
    member.applyAt(1_502);
    assertThat(member.machine.deadlines).isEmpty();
    assertThat(member.replica.isDue(1_502, 1_600)).isFalse();
  }

  @Test
  void aLeaderWhoseClockIsAheadEndsNoLeaseBeforeItsHolderCanRenewIt() {
    Member member = new Member();
    member.machine.leases = true;
    member.machine.deadlines.add(1_500L);
    member.applyAt(9_000, begins(1), command(1, COUNT));
    assertThat(member.machine.ended).isEmpty();
    assertThat(member.replica.nextDeadline()).isEqualTo(10_000);
    member.applyAt(9_999);
    assertThat(member.machine.ended).isEmpty();
    member.applyAt(10_000);
    assertThat(member.machine.ended).hasSize(1);
  }

  @Test
  void theEndOfASessionIsADeadline() {
    Member member = new Member();
    assertThat(member.replica.sessions()).isOne();
    assertThat(member.replica.isDue(1_000, 61_000)).isFalse();
    assertThat(member.replica.isDue(1_000, 61_001)).isTrue();
    assertThat(member.replica.isDue(61_001, 80_000)).as("a value is on its way").isFalse();
    member.applyAt(50_000, command(1, COUNT));
    assertThat(member.replica.isDue(50_000, 110_000)).isFalse();
    member.applyAt(110_001);
    assertThat(member.replica.sessions()).isZero();
    assertThat(member.replica.isDue(0, Long.MAX_VALUE - 1)).isFalse();
  }

  @Test
  void whatAnExceptionSaysDoesNotReachTheStateAndIsToldToTheHost() {
    Member one = new Member().apply(command(1, THROW), command(2, COUNT));
    Member other = new Member().apply(command(1, THROW), command(2, COUNT));

    assertThat(one.snapshot()).isEqualTo(other.snapshot());
    assertThat(one.outcomes.get(0))
        .isEqualTo(
            new Outcome.Rejected(
                2, "the state machine threw " + IllegalStateException.class.getName()));
    assertThat(one.thrown).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReasonOfAnyLengthIsTheSameAfterASnapshot() throws IOException {
    Member one = new Member().apply(command(1, REJECT_AT_LENGTH));
    Member other = new Member();
    other.replica.prepare(new ByteArrayInputStream(one.snapshot())).run();

    assertThat(other.replica.outcome(SESSION, 1)).isEqualTo(one.replica.outcome(SESSION, 1));
    assertThat(((Outcome.Rejected) one.outcomes.get(0)).reason()).hasSizeLessThanOrEqualTo(1_000);
  }

  @Test
  void aResultOfNullIsARejection() {
    assertThat(new Member().apply(command(1, NOTHING)).outcomes.get(0))
        .isEqualTo(new Outcome.Rejected(2, "the state machine returned null"));
  }

  @Test
  void anErrorStopsTheMemberAndNamesSlotMachineAndCommand() {
    Member member = new Member();
    CommandFailed failed =
        catchThrowableOfType(
            CommandFailed.class,
            () -> member.apply(command(1, COUNT), command(2, OVERFLOW), command(3, COUNT)));

    assertThat(failed.slot()).isEqualTo(2);
    assertThat(failed.index()).isEqualTo(1);
    assertThat(failed)
        .hasMessageContaining("command 1 of slot 2")
        .hasMessageContaining("number 2 of session " + SESSION)
        .hasMessageContaining("6 bytes for the state machine 'bank'")
        .hasMessageContaining("java.lang.StackOverflowError")
        .hasMessageContaining("skip-command --slot 2 --command 1")
        .hasCauseInstanceOf(StackOverflowError.class);
    assertThat(member.outcomes).as("of the command that failed").hasSize(1);
  }

  @Test
  void anErrorAtTheEndOfASessionNamesTheSessionAndCannotBeSkipped() {
    Member member = new Member();
    member.machine.failsAtEnd = true;
    byte[] close = new GroupCommand.CloseSession(SESSION).toBytes();
    CommandFailed failed =
        catchThrowableOfType(
            CommandFailed.class,
            () -> member.apply(new Command(GroupCommand.NO_SESSION, 3, 0, close)));

    assertThat(failed.index()).isEqualTo(CommandFailed.NO_COMMAND);
    assertThat(failed)
        .hasMessageContaining("the end of session " + SESSION + " at slot 2")
        .hasMessageNotContaining("skip");
  }

  @Test
  void aSkippedCommandIsRejectedOnceAndPartOfTheState() throws IOException {
    SkippedCommand second = new SkippedCommand(2, 1);
    Member member =
        new Member(second).apply(command(1, COUNT), command(2, OVERFLOW), command(3, COUNT));
    assertThat(member.machine.count).isEqualTo(2);
    assertThat(member.outcomes.get(1)).isInstanceOf(Outcome.Rejected.class);

    member.apply(command(2, OVERFLOW));
    assertThat(member.machine.count).as("a second copy of the skipped command").isEqualTo(2);

    Member restored = new Member();
    restored.replica.prepare(new ByteArrayInputStream(member.snapshot())).run();
    assertThat(restored.replica.hash()).isEqualTo(member.replica.hash());
    assertThat(restored.replica.leaderBegins().skipped()).containsExactly(second);
    restored.apply(begins(2, second));

    Member plain = new Member().apply(command(1, COUNT), command(3, COUNT)).apply();
    assertThat(plain.replica.hash()).isNotEqualTo(member.replica.hash());
  }

  @Test
  void aMemberThatHasSkippedOtherCommandsThanItsLeaderStops() {
    SkippedCommand first = new SkippedCommand(2, 0);
    Member skips = new Member(first).apply(command(1, COUNT));
    Member applies = new Member().apply(command(1, COUNT));

    assertThatThrownBy(() -> skips.apply(begins(2)))
        .isInstanceOf(Replica.SkippedDiffer.class)
        .hasMessageContaining("command 0 of slot 2");
    assertThatThrownBy(() -> applies.apply(begins(2, first)))
        .isInstanceOf(Replica.SkippedDiffer.class)
        .hasMessageContaining("command 0 of slot 2");
    new Member(first).apply(command(1, COUNT)).apply(begins(2, first));
    new Member().apply(command(1, COUNT)).apply(begins(2));
  }

  @Test
  void aLeaderClaimsNothingOfSlotsThatItHadNotApplied() {
    SkippedCommand first = new SkippedCommand(2, 0);
    new Member(first).apply(command(1, COUNT)).apply(begins(1));
    Member applies = new Member().apply(command(1, COUNT));
    assertThatThrownBy(() -> applies.apply(begins(1, first)))
        .as("a leader that will skip a command that this state has applied")
        .isInstanceOf(Replica.SkippedDiffer.class);
  }

  @Test
  void aLeaderNamesTheCommandsThatItWillSkipBeforeItHasAppliedThem() {
    SkippedCommand later = new SkippedCommand(7, 0);
    assertThat(new Member(later).replica.leaderBegins().skipped()).containsExactly(later);
    SkippedCommand covered = new SkippedCommand(1, 0);
    assertThat(new Member(covered).replica.leaderBegins().skipped())
        .as("slot 1 is applied, and held no such command")
        .isEmpty();
  }

  @Test
  void numbersThatNoSessionSendsAreIgnoredAndNeverMakeAReplicaCountForEver() {
    long[] odd = {Long.MIN_VALUE, -1, 0, 1, 2, 1 << 20, Long.MAX_VALUE / 2, Long.MAX_VALUE};
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (long sequence : odd) {
            for (long acknowledged : odd) {
              Member member = new Member();
              byte[] payload = command(1, COUNT).payload();
              member.apply(new Command(SESSION, sequence, acknowledged, payload));
              assertThat(member.snapshot()).isNotEmpty();
              assertThat(member.replica.hash()).isEqualTo(member.replica.hash());
            }
          }
        });
  }
}
