package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProposerTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final Ballot OLD = new Ballot(1, "b");
  private static final Ballot BALLOT = new Ballot(2, "a");

  private final List<Message.Accept> accepts = new ArrayList<>();
  private final List<String> takeOver = new ArrayList<>();
  private final List<Message.ReadIndexReply> replies = new ArrayList<>();

  /** Number of the latest heartbeat. */
  private long beats;

  private final Transcript out =
      new Transcript() {
        @Override
        public void send(String member, Message message) {
          if (message instanceof Message.Accept accept && member.equals("b")) {
            accepts.add(accept);
          } else if (message instanceof Message.Heartbeat heartbeat) {
            beats = heartbeat.number();
          } else if (message instanceof Message.TakeOver) {
            takeOver.add(member);
          } else if (message instanceof Message.ReadIndexReply reply) {
            replies.add(reply);
          }
        }
      };
  private final SlotLog log = new SlotLog(Recovered.NOTHING);

  private static Value value(int content, long time) {
    return new Value.Builder().add(new Command(5, content, 0, new byte[1])).build(time);
  }

  private final MemberClock clock = new MemberClock(1, 1);
  private final Proposer proposer = proposer(clock, OLD);

  /** Leads the group, after acceptors that reported these entries. */
  private void lead(Entry... reported) {
    clock.set(1_000, 1_000);
    proposer.tick(1_000, out);
    NAMES.forEach(name -> proposer.receive(name, new Message.PreVoteReply(1, false, OLD), out));
    NAMES.forEach(
        name ->
            proposer.receive(
                name, new Message.Promise(BALLOT, 1, Long.MAX_VALUE, List.of(reported), 0), out));
    proposer.flush(out);
  }

  private Proposer proposer(MemberClock clock, Ballot highest) {
    MemberContext context =
        new MemberContext(
            "a",
            log,
            new Configurations(8, Configuration.first(QuorumSystem.majority(NAMES))),
            Settings.DEFAULT,
            clock);
    return new Proposer(context, new Election(Settings.DEFAULT, bound -> 0, clock), highest);
  }

  @Test
  void aRequestToTakeOverFromTheLastLeaderIsFollowed() {
    Proposer proposer = proposer(new MemberClock(1, 1), OLD);
    proposer.receive("b", new Message.TakeOver(OLD), out);
    assertThat(proposer.ballot()).isEqualTo(BALLOT);
  }

  @Test
  void aRequestToTakeOverFromALeaderThatIsNotKnownYetIsFollowed() {
    Proposer proposer = proposer(new MemberClock(1, 1), Ballot.NONE);
    proposer.receive("b", new Message.TakeOver(OLD), out);
    assertThat(proposer.ballot()).isEqualTo(BALLOT);
  }

  @Test
  void aLateRequestToTakeOverDeposesNoLaterLeader() {
    for (Ballot later : List.of(new Ballot(1, "c"), new Ballot(2, "b"), new Ballot(7, "c"))) {
      Proposer proposer = proposer(new MemberClock(1, 1), OLD);
      proposer.heard(later);
      proposer.receive("b", new Message.TakeOver(OLD), out);
      assertThat(proposer.ballot()).isEqualTo(Ballot.NONE);
    }
  }

  @Test
  void onlyTheLeaderItselfProposesThatItBegins() {
    MemberClock clock = new MemberClock(1, 1);
    Proposer proposer = proposer(clock, OLD);
    proposer.receive("b", new Message.TakeOver(OLD), out);
    NAMES.forEach(
        name ->
            proposer.receive(
                name, new Message.Promise(BALLOT, 1, Long.MAX_VALUE, List.of(), 0), out));
    long own = proposer.waitingBytes();
    byte[] forged = GroupCommand.LeaderBegins.PLAIN.toBytes();
    proposer.receive("b", new Message.Submit(new Command(0, 1, 0, forged)), out);
    assertThat(proposer.waitingBytes()).isEqualTo(own);
    byte[] allowed = new GroupCommand.KeepAlive(5).toBytes();
    proposer.receive("b", new Message.Submit(new Command(0, 1, 0, allowed)), out);
    assertThat(proposer.waitingBytes()).isGreaterThan(own);
  }

  @Test
  void aLeaderWhoseProposalIsNotChosenForLongSaysThatItCannotCommit() {
    MemberClock clock = new MemberClock(1, 1);
    Proposer proposer = proposer(clock, OLD);
    proposer.receive("b", new Message.TakeOver(OLD), out);
    NAMES.forEach(
        name ->
            proposer.receive(
                name, new Message.Promise(BALLOT, 1, Long.MAX_VALUE, List.of(), 0), out));
    proposer.flush(out);
    long several = 4 * Settings.DEFAULT.electionTimeout();
    while (clock.now() < several - 10) {
      clock.set(clock.now() + 10, clock.wall() + 10);
      proposer.tick(clock.wall(), out);
      proposer.flush(out);
      List.of("b", "c")
          .forEach(
              name -> proposer.receive(name, new Message.HeartbeatAck(BALLOT, beats, false), out));
      assertThat(proposer.health().canCommit()).isTrue();
    }
    clock.set(1 + several, 1 + several);
    assertThat(proposer.leads()).isTrue();
    assertThat(proposer.health().canCommit()).as("slot 1 is not chosen").isFalse();
    assertThat(proposer.health().stalled()).isTrue();

    proposer.receive("b", new Message.Accepted(BALLOT, 1), out);
    proposer.receive("c", new Message.Accepted(BALLOT, 1), out);
    proposer.flush(out);
    assertThat(proposer.health().canCommit()).isTrue();
    assertThat(proposer.health().stalled()).isFalse();
  }

  @Test
  void aFollowerReportsThatItsLeaderStalls() {
    Proposer proposer = proposer(new MemberClock(1, 1), OLD);
    proposer.heard(new Ballot(3, "b"));
    proposer.reachable(0b111 | Message.Heartbeat.STALLED);
    assertThat(proposer.health().reachable()).isEqualTo(0b111);
    assertThat(proposer.health().stalled()).isTrue();
    assertThat(proposer.health().canCommit()).isFalse();
    assertThat(proposer.health().canElect()).isTrue();
    assertThat(proposer.health().announced()).isEqualTo(0b111 | Message.Heartbeat.STALLED);
    proposer.reachable(0b111);
    assertThat(proposer.health().canCommit()).isTrue();
  }

  /** Seed 1840: what was chosen already took no part in the clock, being applied only later. */
  @Test
  void aLeaderBeginsAfterTheSlotsThatItLearnedBeyondAGap() {
    log.learn(new Entry(2, OLD, value(2, 5_000)));
    lead(new Entry(1, OLD, value(1, 4_000)));
    assertThat(accepts).extracting(Message.Accept::slot).containsExactly(1L, 3L);
    assertThat(accepts).extracting(accept -> accept.value().time()).containsExactly(4_000L, 5_000L);
  }

  @Test
  void anIdleLeaderProposesAnEmptyValueWhenItsClockPassesADeadlineAndNotBefore() {
    proposer.stateIs(DeadlinesTest.state(1_300));
    lead();
    chosen(1);
    for (long now = 1_010; now < 1_300; now += 10) {
      tick(now);
    }
    assertThat(accepts).hasSize(1);
    tick(1_300);
    tick(1_310);
    tick(1_320);
    assertThat(accepts).extracting(Message.Accept::slot).containsExactly(1L, 2L);
    assertThat(accepts.get(1).value()).isEqualTo(Value.noOp(1_300));
  }

  @Test
  void aReadWaitsForTheStateAtTheChosenSlotsAndForTheValueThatEndsWhatHasPassed() {
    AtomicLong applied = new AtomicLong();
    proposer.stateIs(DeadlinesTest.state(applied::get, 1_000, 1_300));
    lead();
    chosen(1);
    tick(1_299);
    proposer.receive("b", new Message.ReadIndex(7, false), out);
    tick(1_310);
    tick(1_320);
    assertThat(replies).as("the state at slot 1 is not known").isEmpty();
    assertThat(accepts).hasSize(1);
    applied.set(1);
    tick(1_330);
    tick(1_340);
    assertThat(accepts).hasSize(2);
    assertThat(replies).as("slot 2 ends what has passed").isEmpty();
    chosen(2);
    applied.set(2);
    tick(1_350);
    tick(1_360);
    assertThat(replies).containsExactly(new Message.ReadIndexReply(7, 2, false));
  }

  /** A leader without a state machine knows no deadline before its own value has passed it. */
  @Test
  void aReadWaitsForTheFirstValueOfItsLeader() {
    proposer.stateIs(DeadlinesTest.state());
    lead();
    proposer.receive("b", new Message.ReadIndex(7, false), out);
    tick(1_010);
    tick(1_020);
    assertThat(replies).isEmpty();
    chosen(1);
    tick(1_030);
    tick(1_040);
    assertThat(replies).containsExactly(new Message.ReadIndexReply(7, 1, false));
  }

  private void chosen(long slot) {
    NAMES.forEach(name -> proposer.receive(name, new Message.Accepted(BALLOT, slot), out));
    log.learn(new Entry(slot, BALLOT, accepts.get((int) slot - 1).value()));
    proposer.flush(out);
  }

  private void tick(long now) {
    clock.set(now, now);
    proposer.tick(now, out);
    NAMES.forEach(name -> answer(name, beats));
    proposer.flush(out);
  }

  private void answer(String name, long beat) {
    proposer.receive(name, new Message.HeartbeatAck(BALLOT, beat, false), out);
  }

  @Test
  void aLeaderHandsOverOnceTheSuccessorHasAnsweredABeatThatWasSentAfterTheRequest() {
    lead();
    NAMES.forEach(name -> answer(name, beats));
    long before = beats;
    assertThat(proposer.transfer("b", out)).isTrue();
    answer("c", before);
    proposer.flush(out);
    assertThat(proposer.leads()).isTrue();
    clock.set(1_100, 1_100);
    proposer.tick(1_100, out);
    assertThat(beats).isGreaterThan(before);
    answer("c", beats);
    assertThat(proposer.leads()).as("another member has answered").isTrue();
    answer("b", beats);
    assertThat(proposer.leads()).isFalse();
    assertThat(takeOver).containsExactly("b");
  }

  @Test
  void aSuccessorThatStaysSilentChangesNothing_andItsLateAnswerNeither() {
    lead();
    NAMES.forEach(name -> answer(name, beats));
    assertThat(proposer.transfer("c", out)).isTrue();
    long asked = beats + 1;
    for (long now = 1_050; now <= 1_000 + 2 * Settings.DEFAULT.electionTimeout(); now += 50) {
      clock.set(now, now);
      proposer.tick(now, out);
      proposer.flush(out);
      answer("a", beats);
      answer("b", beats);
    }
    assertThat(proposer.leads()).isTrue();
    answer("c", asked);
    answer("c", beats);
    assertThat(proposer.leads()).isTrue();
    assertThat(takeOver).isEmpty();
  }
}
