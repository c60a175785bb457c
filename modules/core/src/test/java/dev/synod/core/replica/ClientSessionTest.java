package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientSessionTest {
  private static final Settings SETTINGS = Settings.DEFAULT;

  private final MemberClock clock = new MemberClock(1, 1);
  private final MemberContext context =
      new MemberContext(
          "a",
          new SlotLog(Recovered.NOTHING),
          new Configurations(4, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))),
          SETTINGS,
          clock);
  private final Proposer proposer =
      new Proposer(context, new Election(SETTINGS, bound -> 0, clock), Ballot.NONE);

  /** A caller that reads twice as soon as a read of its own has failed. */
  private final Transcript readsAgain =
      new Transcript() {
        @Override
        public void send(String member, Message message) {
          if (message instanceof Message.Submit submit) {
            boolean own = submit.command().session() == SESSION;
            opened += own ? 0 : 1;
            if (own) {
              sequences.add(submit.command().sequence());
            }
          }
        }

        @Override
        public void completeReads(long first, long last, Outcome outcome) {
          LongStream.rangeClosed(first, last).forEach(failed::add);
          session.read(level);
          session.read(level);
        }
      };

  private final List<Long> failed = new ArrayList<>();
  private final List<Long> sequences = new ArrayList<>();
  private int opened;
  private final ClientSession session = new ClientSession(7, context, proposer, readsAgain);
  private ReadLevel level = ReadLevel.LOCAL;

  // ---- repetitions ------------------------------------------------------------------------------

  private static final long TIMEOUT = SETTINGS.electionTimeout();
  private static final Ballot B1 = new Ballot(1, "b");
  private static final long SESSION = 1L << 20;

  /** Sends as many commands to the leader of B1, in an open session. */
  private void sent(int commands) {
    proposer.heard(B1);
    for (int i = 0; i < commands; i++) {
      session.submit(new byte[1]);
    }
    session.flush(0, readsAgain);
    session.opened((7 >>> 2) + 1, SESSION);
    session.flush(0, readsAgain);
    assertThat(submits()).containsExactlyElementsOf(range(1, commands));
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  /** The sequences of the commands that were sent since the last time. */
  private List<Long> submits() {
    List<Long> all = List.copyOf(sequences);
    sequences.clear();
    return all;
  }

  /** Lets so many milliseconds pass, one tick each ten, while the leader is heard. */
  private List<Long> passed(long milliseconds) {
    for (long end = clock.now() + milliseconds; clock.now() < end; ) {
      clock.set(clock.now() + 10, clock.wall() + 10);
      proposer.heard(B1);
      session.flush(0, readsAgain);
      session.tick(readsAgain);
    }
    return submits();
  }

  private void applied(long sequence) {
    session.applied(SESSION, sequence, new Outcome.Applied(sequence, new byte[0]));
  }

  @Test
  void whileTheLeaderAnswersNothingIsSentAgainHoweverLongItsQueueIs() {
    sent(300);
    for (long sequence = 1; sequence <= 12; sequence++) {
      assertThat(passed(TIMEOUT - 10)).isEmpty();
      applied(sequence);
    }
  }

  @Test
  void ofCommandsWithoutAnyAnswerOnlyTheOldestIsSentAgainWithDoublingPauses() {
    sent(300);
    assertThat(passed(TIMEOUT - 10)).isEmpty();
    assertThat(passed(10)).containsExactly(1L);
    assertThat(passed(2 * TIMEOUT - 10)).isEmpty();
    assertThat(passed(10)).containsExactly(1L);
    assertThat(passed(4 * TIMEOUT)).containsExactly(1L);
  }

  @Test
  void afterTheOldestIsAnsweredTheOthersFollowInGrowingNumbers() {
    sent(300);
    passed(TIMEOUT);
    long next = 1;
    int ticks = 0;
    while (next <= 300) {
      assertThat(++ticks).as("repetitions of lost commands").isLessThan(12);
      List<Long> again = next == 1 ? List.of(1L) : passed(SETTINGS.retry());
      for (long sequence : again) {
        applied(sequence);
        next = sequence + 1;
      }
    }
    assertThat(session.pending()).isZero();
  }

  @Test
  void commandsThatLaterOnesHaveOvertakenAreSentAgainAndNoOthers() {
    sent(300);
    applied(1);
    applied(5);
    assertThat(passed(TIMEOUT - 20)).isEmpty();
    applied(6);
    assertThat(passed(20)).containsExactly(2L, 3L, 4L);
    applied(7);
    assertThat(passed(TIMEOUT - 20)).as("a repetition needs time as well").isEmpty();
  }

  @Test
  void allFollowWhenAnotherBallotLeadsAlsoOfTheSameMember() {
    sent(300);
    proposer.heard(new Ballot(4, "b"));
    session.flush(0, readsAgain);
    assertThat(submits()).containsExactlyElementsOf(range(1, 300));
  }

  @Test
  void aRequestForASessionIsRepeatedWithDoublingPauses() {
    proposer.heard(B1);
    session.submit(new byte[1]);
    session.flush(0, readsAgain);
    int[] openings = new int[20];
    for (int i = 0; i < openings.length; i++) {
      int before = opened;
      for (int tick = 0; tick < TIMEOUT / 10; tick++) {
        clock.set(clock.now() + 10, clock.wall() + 10);
        proposer.heard(B1);
        session.keep(readsAgain);
      }
      openings[i] = opened - before;
    }
    assertThat(openings).startsWith(1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
  }

  @Test
  void commandsThatWaitForLongAreAFactOfHealth() {
    sent(3);
    passed(4 * TIMEOUT - 10);
    assertThat(session.isStalled()).isFalse();
    passed(10);
    assertThat(session.isStalled()).isTrue();
    applied(1);
    assertThat(session.isStalled()).isFalse();
    applied(2);
    applied(3);
    passed(8 * TIMEOUT);
    assertThat(session.isStalled()).as("nothing waits").isFalse();
  }

  static Stream<ReadLevel> levels() {
    return Stream.of(
        ReadLevel.LINEARIZABLE, ReadLevel.LEASE, ReadLevel.bounded(1), ReadLevel.notBefore(5));
  }

  @MethodSource("levels")
  @ParameterizedTest
  void aCallerWhoseReadFailedMayReadAgainAtOnce(ReadLevel level) {
    int reads = 20;
    this.level = level;
    for (int i = 0; i < reads; i++) {
      session.read(level);
      session.flush(0, readsAgain);
    }

    clock.set(1 + SETTINGS.requestTimeout(), 1 + SETTINGS.requestTimeout());
    session.tick(readsAgain);

    assertThat(failed).containsExactlyElementsOf(LongStream.rangeClosed(1, reads).boxed().toList());
  }
}
