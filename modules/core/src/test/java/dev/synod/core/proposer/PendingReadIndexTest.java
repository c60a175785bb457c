package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.MemberClock;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a leader answers to members that ask for a slot to read at. */
class PendingReadIndexTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Configuration OLD =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));
  private static final Configuration NEW =
      Configuration.first(QuorumSystem.majority(List.of("c", "d", "e"))).withId(2);
  private static final List<String> ALL = Configuration.union(OLD.acceptors(), NEW.acceptors());

  private final Transcript out = new Transcript();
  private final MemberClock clock = new MemberClock(1_000, 1_000);
  private final Heartbeats heartbeats = new Heartbeats(A1, new Settings.Lease(400, 20), clock);
  private final PendingReadIndex pending = new PendingReadIndex();

  /** Everything up to {@code chosen} is decided, and the beat that is wanted is sent. */
  private void turn(long chosen, Configuration configuration) {
    turn(chosen, 0, configuration);
  }

  private void turn(long chosen, long due, Configuration configuration) {
    pending.use(configuration);
    if (pending.isOpen()) {
      pending.answer(heartbeats, chosen, due, configuration, out);
    }
    if (heartbeats.isDue()) {
      heartbeats.send(ALL, 0, out);
    }
  }

  private List<String> answersAfter(
      long beat, boolean leased, Configuration used, String... acceptors) {
    out.take();
    for (String acceptor : acceptors) {
      heartbeats.answered(acceptor, new HeartbeatAck(A1, beat, leased), used);
      pending.confirm(heartbeats, out);
    }
    return out.take();
  }

  private static String reply(String member, long number, long slot, boolean leased) {
    return "send " + member + " " + new ReadIndexReply(number, slot, leased);
  }

  @Test
  void anInquiryIsAnsweredByABeatThatWasSentAfterIt() {
    heartbeats.send(ALL, 0, out);
    pending.ask("b", new ReadIndex(7, false));
    turn(10, OLD);
    assertThat(answersAfter(1, false, OLD, "a", "b", "c")).as("to a beat before it").isEmpty();
    turn(11, OLD);
    assertThat(answersAfter(2, false, OLD, "a")).as("of one alone").isEmpty();
    assertThat(answersAfter(2, false, OLD, "c")).containsExactly(reply("b", 7, 10, false));
    assertThat(answersAfter(2, false, OLD, "b")).as("once").isEmpty();
  }

  @Test
  void anInquiryWaitsForTheEndOfWhatHadEndedWhenItCameAndNotForWhatEndsLater() {
    pending.ask("b", new ReadIndex(7, false));
    turn(10, 12, OLD);
    assertThat(answersAfter(1, false, OLD, "a", "b", "c")).isEmpty();
    turn(11, 13, OLD);
    assertThat(pending.isOpen()).isTrue();
    pending.ask("c", new ReadIndex(5, false));
    turn(12, 14, OLD);
    assertThat(answersAfter(1, false, OLD, "a", "c")).containsExactly(reply("b", 7, 12, false));
    assertThat(pending.isOpen()).as("the inquiry of c").isTrue();
    turn(14, 20, OLD);
    assertThat(pending.isOpen()).isFalse();
  }

  @Test
  void aLeaseAnswersNoInquiryBeforeTheEndOfWhatHadEnded() {
    heartbeats.send(ALL, 0, out);
    answersAfter(1, true, OLD, "a", "b", "c");
    pending.ask("b", new ReadIndex(7, true));
    turn(10, 11, OLD);
    assertThat(out.take()).noneMatch(line -> line.contains("ReadIndexReply"));
    turn(11, 11, OLD);
    assertThat(out.take()).contains(reply("b", 7, 11, true));
  }

  @Test
  void aRepetitionDoesNotPutTheAnswerOff() {
    pending.ask("b", new ReadIndex(7, false));
    turn(10, OLD);
    pending.ask("b", new ReadIndex(7, false));
    turn(11, OLD);
    assertThat(answersAfter(1, false, OLD, "a", "b")).containsExactly(reply("b", 7, 10, false));
  }

  @Test
  void theLatestInquiryOfAMemberStandsForThoseBeforeIt() {
    pending.ask("b", new ReadIndex(7, false));
    turn(10, OLD);
    pending.ask("b", new ReadIndex(8, false));
    pending.ask("b", new ReadIndex(6, false));
    turn(11, OLD);
    assertThat(answersAfter(1, false, OLD, "a", "b")).as("to the beat before it").isEmpty();
    turn(12, OLD);
    assertThat(answersAfter(2, false, OLD, "a", "b")).containsExactly(reply("b", 8, 11, false));
  }

  @Test
  void aLeaseAnswersAtOnce_whereALeaseWillDo() {
    heartbeats.send(ALL, 0, out);
    assertThat(answersAfter(1, true, OLD, "a", "b")).isEmpty();
    pending.ask("b", new ReadIndex(7, true));
    pending.ask("c", new ReadIndex(9, false));
    turn(10, OLD);
    assertThat(out.take())
        .contains(reply("b", 7, 10, true))
        .doesNotContain(reply("c", 9, 10, true));
    assertThat(answersAfter(2, true, OLD, "a", "b")).containsExactly(reply("c", 9, 10, false));
  }

  @Test
  void withoutALeaseABeatAnswersWhereALeaseWouldDo() {
    pending.ask("b", new ReadIndex(7, true));
    turn(10, OLD);
    assertThat(answersAfter(1, true, OLD, "a", "b")).containsExactly(reply("b", 7, 10, false));
  }

  @Test
  void afterAReconfigurationTheAcceptorsThatLeftConfirmNothing() {
    pending.ask("b", new ReadIndex(7, false));
    turn(10, OLD);
    turn(20, NEW);
    assertThat(answersAfter(1, false, NEW, "a", "b", "c")).isEmpty();
    turn(20, NEW);
    assertThat(answersAfter(1, false, NEW, "d", "e")).as("to a beat before it").isEmpty();
    turn(20, NEW);
    assertThat(answersAfter(2, false, NEW, "d", "e")).containsExactly(reply("b", 7, 20, false));
  }
}
