package dev.synod.core.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Accept;
import dev.synod.core.message.Message.Accepted;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.message.Message.Nack;
import dev.synod.core.message.Message.PreVote;
import dev.synod.core.message.Message.PreVoteReply;
import dev.synod.core.message.Message.Prepare;
import dev.synod.core.message.Message.Promise;
import dev.synod.core.message.Message.Resigned;
import dev.synod.core.message.SlotRange;
import dev.synod.core.message.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptorTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Ballot B1 = new Ballot(1, "b");
  private static final Ballot A2 = new Ballot(2, "a");
  private static final Value X = Value.noOp(1);
  private static final Value Y = Value.noOp(2);

  private final Transcript out = new Transcript();
  private SlotLog log = new SlotLog(Recovered.NOTHING);
  private final MemberClock clock = new MemberClock(1, 1);
  private Acceptor acceptor = started(Ballot.NONE, Settings.DEFAULT);

  private Acceptor started(Ballot promised, Settings settings) {
    return new Acceptor(
        new MemberContext("a", log, Configurations.uninitialized(), settings, clock), promised, 0);
  }

  private List<String> on(Message.ToAcceptor message) {
    acceptor.receive("p", message, out);
    return out.take();
  }

  private void restart(Recovered recovered) {
    log = new SlotLog(recovered);
    acceptor = started(recovered.promised(), Settings.DEFAULT);
  }

  @Test
  void promisesAHigherBallotOnceThatIsDurable() {
    assertThat(on(new Prepare(A1, 1)))
        .containsExactly(
            "append " + new LogRecord.Promised(A1),
            "after p " + new Promise(A1, 1, Long.MAX_VALUE, List.of(), 0));
  }

  @Test
  void repeatsAPromiseWithoutAnotherRecord() {
    on(new Prepare(A1, 1));
    assertThat(on(new Prepare(A1, 1)))
        .containsExactly("after p " + new Promise(A1, 1, Long.MAX_VALUE, List.of(), 0));
  }

  @Test
  void refusesALowerBallotAndNamesTheHigherOne() {
    on(new Prepare(B1, 1));
    assertThat(on(new Prepare(A1, 1))).containsExactly("send p " + new Nack(A1, B1));
    assertThat(on(new Accept(A1, 1, X, 0))).containsExactly("send p " + new Nack(A1, B1));
    assertThat(on(new Heartbeat(A1, 7, 0, 0))).containsExactly("send p " + new Nack(A1, B1));
  }

  @Test
  void acceptsOnceThatIsDurable_andShowsItToTheNextCandidate() {
    Entry entry = new Entry(3, A1, X);
    assertThat(on(new Accept(A1, 3, X, 0)))
        .containsExactly(
            "append " + new LogRecord.Accepted(entry), "after p " + new Accepted(A1, 3));
    assertThat(on(new Prepare(A2, 1)))
        .contains("after p " + new Promise(A2, 1, Long.MAX_VALUE, List.of(entry), 0));
  }

  @Test
  void toAcceptIsToPromise() {
    on(new Accept(A2, 1, X, 0));
    assertThat(acceptor.promised()).isEqualTo(A2);
    assertThat(on(new Accept(B1, 2, Y, 0))).containsExactly("send p " + new Nack(B1, A2));
  }

  @Test
  void aHigherBallotReplacesWhatWasAccepted() {
    on(new Accept(A1, 1, X, 0));
    on(new Accept(A2, 1, Y, 0));
    assertThat(log.get(1)).isEqualTo(new Entry(1, A2, Y));
  }

  @Test
  void teachesInsteadOfVotingOnceASlotIsKnownChosen() {
    Entry chosen = new Entry(1, A1, X);
    log.learn(chosen);
    assertThat(on(new Accept(A2, 1, Y, 0)))
        .containsExactly("send p " + new Learned(List.of(chosen), 1));
    assertThat(log.get(1)).isEqualTo(chosen);
  }

  @Test
  void showsALongLogInPagesThatNameTheirSlots() {
    Settings onePerPage =
        new Settings(
            50,
            500,
            100,
            10_000,
            1,
            1,
            1,
            1,
            Settings.Compaction.DEFAULT,
            Settings.Sessions.DEFAULT,
            Settings.Lease.OFF,
            /* thrifty= */ false);
    acceptor = started(Ballot.NONE, onePerPage);
    for (long slot = 1; slot <= 3; slot++) {
      on(new Accept(A1, slot, X, 0));
    }
    List<Entry> first = List.of(new Entry(1, A1, X));
    assertThat(on(new Prepare(A2, 1))).contains("after p " + new Promise(A2, 1, 1, first, 0));
    List<Entry> last = List.of(new Entry(3, A1, X));
    assertThat(on(new Prepare(A2, 3)))
        .contains("after p " + new Promise(A2, 3, Long.MAX_VALUE, last, 0));
  }

  @Test
  void neverTakesACompactedSlotForAnEmptyOne() {
    restart(new Recovered(A1, Ballot.NONE, 10, 10, List.of(), List.of()));
    assertThat(on(new Prepare(A2, 10)))
        .contains("after p " + new Promise(A2, 10, 9, List.of(), 10));
    assertThat(on(new Prepare(A2, 11)))
        .contains("after p " + new Promise(A2, 11, Long.MAX_VALUE, List.of(), 10));
  }

  @Test
  void neverTakesADamagedSlotForAnEmptyOne_untilItIsWrittenAnew() {
    restart(new Recovered(A1, Ballot.NONE, 0, 0, List.of(), List.of(new SlotRange(2, 2))));
    assertThat(on(new Prepare(A2, 1))).contains("after p " + new Promise(A2, 1, 1, List.of(), 0));
    assertThat(on(new Prepare(A2, 2))).contains("after p " + new Promise(A2, 2, 1, List.of(), 0));
    on(new Accept(A2, 2, X, 0));
    Entry entry = new Entry(2, A2, X);
    assertThat(on(new Prepare(A2, 1)))
        .contains("after p " + new Promise(A2, 1, Long.MAX_VALUE, List.of(entry), 0));
  }

  @Test
  void answersABeatOnlyWhileItHasPromisedThatBallotAndNoOther() {
    assertThat(on(new Heartbeat(A1, 1, 0, 0)))
        .doesNotContain("send p " + new HeartbeatAck(A1, 1, false));
    on(new Prepare(A1, 1));
    assertThat(on(new Heartbeat(A1, 2, 0, 0))).contains("send p " + new HeartbeatAck(A1, 2, false));
  }

  @Test
  void hearsALeaderForAnElectionTimeout_orUntilItResigns() {
    assertThat(on(new PreVote(1)))
        .containsExactly("send p " + new PreVoteReply(1, false, Ballot.NONE));
    on(new Heartbeat(A1, 1, 0, 0));
    assertThat(on(new PreVote(2)))
        .containsExactly("send p " + new PreVoteReply(2, true, Ballot.NONE));
    clock.set(1 + Settings.DEFAULT.electionTimeout(), 1 + Settings.DEFAULT.electionTimeout());
    assertThat(on(new PreVote(3)))
        .containsExactly("send p " + new PreVoteReply(3, false, Ballot.NONE));
    on(new Heartbeat(A1, 2, 0, 0));
    on(new Resigned(A1));
    assertThat(on(new PreVote(4)))
        .containsExactly("send p " + new PreVoteReply(4, false, Ballot.NONE));
  }
}
