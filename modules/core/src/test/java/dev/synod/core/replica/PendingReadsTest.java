package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a member asks a leader elsewhere for the slot that its reads wait for. */
class PendingReadsTest {
  private static final Settings SETTINGS = Settings.DEFAULT;

  /** Inquiries are numbered from 3: the two lowest bits are left out. */
  private static final long UNIQUE = 2 << 2;

  private final Transcript out = new Transcript();
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
  private final PendingReads reads = new PendingReads(UNIQUE, context, proposer, out);

  private List<String> asked(ReadLevel... levels) {
    for (ReadLevel level : levels) {
      reads.read(level);
    }
    reads.flush("b", 0, out);
    return out.take();
  }

  private List<String> answered(long number, long slot, boolean leased) {
    reads.answered(new ReadIndexReply(number, slot, leased), slot);
    return out.take();
  }

  private static String inquiry(long number, boolean leased) {
    return "send b " + new ReadIndex(number, leased);
  }

  private static String ended(long first, long last, long slot, ReadLevel.Kind used) {
    return "reads " + first + " to " + last + " " + new Outcome.ReadAt(slot, used);
  }

  @Test
  void readsThatComeWhileAnInquiryIsUnderWayWaitForTheNext() {
    assertThat(asked(ReadLevel.LINEARIZABLE)).containsExactly(inquiry(3, false));
    assertThat(asked(ReadLevel.LINEARIZABLE, ReadLevel.LINEARIZABLE)).isEmpty();
    assertThat(answered(3, 10, false))
        .containsExactly(ended(1, 1, 10, ReadLevel.Kind.LINEARIZABLE));
    assertThat(asked()).containsExactly(inquiry(4, false));
    assertThat(answered(3, 11, false)).as("the answer to the one before").isEmpty();
    assertThat(answered(5, 11, false)).as("of another life").isEmpty();
    assertThat(answered(4, 12, false))
        .containsExactly(ended(2, 3, 12, ReadLevel.Kind.LINEARIZABLE));
    assertThat(asked()).isEmpty();
  }

  @Test
  void aLeaseWillDoForAnInquiryIfItWillForEachOfItsReads() {
    assertThat(asked(ReadLevel.LEASE, ReadLevel.LEASE)).containsExactly(inquiry(3, true));
    assertThat(answered(3, 10, true)).containsExactly(ended(1, 2, 10, ReadLevel.Kind.LEASE));
    assertThat(asked(ReadLevel.LEASE, ReadLevel.LINEARIZABLE)).containsExactly(inquiry(4, false));
    answered(4, 10, false);
    clock.set(2, 2);
    assertThat(asked(ReadLevel.LEASE, ReadLevel.bounded(0))).containsExactly(inquiry(5, false));
  }

  @Test
  void anUnansweredInquiryIsRepeatedUnderItsNumber_alsoToTheNextLeader() {
    asked(ReadLevel.LINEARIZABLE);
    asked(ReadLevel.LEASE);
    clock.set(SETTINGS.retry(), SETTINGS.retry());
    reads.tick(out);
    assertThat(out.take()).isEmpty();
    clock.set(1 + SETTINGS.retry(), 1 + SETTINGS.retry());
    reads.tick(out);
    assertThat(out.take()).containsExactly(inquiry(3, false));
    reads.flush("c", 0, out);
    assertThat(out.take()).containsExactly("send c " + new ReadIndex(3, false));
  }

  @Test
  void howOldAnAnswerIsCountsFromTheFirstQuestion() {
    asked(ReadLevel.LINEARIZABLE);
    clock.set(1 + SETTINGS.retry(), 1 + SETTINGS.retry());
    reads.tick(out);
    out.take();
    answered(3, 0, false);
    assertThat(asked(ReadLevel.bounded(SETTINGS.retry())))
        .containsExactly(ended(2, 2, 0, ReadLevel.Kind.BOUNDED));
    assertThat(asked(ReadLevel.bounded(SETTINGS.retry() - 1))).containsExactly(inquiry(4, false));
  }

  @Test
  void aSleepOfTheMachineCountsAsAge() {
    asked(ReadLevel.LINEARIZABLE);
    answered(3, 0, false);
    clock.set(1, 1_001);
    assertThat(asked(ReadLevel.bounded(1_000)))
        .containsExactly(ended(2, 2, 0, ReadLevel.Kind.BOUNDED));
    clock.set(1, 1_002);
    assertThat(asked(ReadLevel.bounded(1_000))).containsExactly(inquiry(4, false));
  }

  @Test
  void whenAllReadsOfAnInquiryEndedTheNextOneIsAskedAtOnce() {
    asked(ReadLevel.LINEARIZABLE);
    clock.set(SETTINGS.requestTimeout(), SETTINGS.requestTimeout());
    asked(ReadLevel.LEASE);
    clock.set(1 + SETTINGS.requestTimeout(), 1 + SETTINGS.requestTimeout());
    reads.tick(out);
    assertThat(out.take()).containsExactly("reads 1 to 1 " + new Outcome.NoQuorum());
    assertThat(asked()).containsExactly(inquiry(4, true));
  }
}
