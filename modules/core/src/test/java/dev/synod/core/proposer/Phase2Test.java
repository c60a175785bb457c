package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

class Phase2Test {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Ballot B2 = new Ballot(2, "b");
  private static final Ballot C3 = new Ballot(3, "c");
  private static final Value X = Value.noOp(1);
  private static final Value Y = Value.noOp(2);

  private final Transcript out = new Transcript();
  private final SlotLog log = new SlotLog(Recovered.NOTHING);
  private final MemberClock clock = new MemberClock(1, 1);
  private final MemberContext context =
      new MemberContext(
          "b",
          log,
          new Configurations(4, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))),
          Settings.DEFAULT,
          clock);
  private final Phase2 phase2 = new Phase2(B2, context, new ThriftyTargets(context));

  private void propose(long slot, Value value) {
    Configuration configuration =
        Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));
    phase2.propose(slot, value, configuration, out);
  }

  private void tick(long now) {
    clock.set(now, now);
    phase2.tick(out);
  }

  @Test
  void isChosenOnceAPhaseTwoQuorumHasAccepted_andInOrder() {
    propose(1, X);
    propose(2, Y);
    phase2.accepted("a", 2, out);
    phase2.accepted("b", 2, out);
    assertThat(phase2.chosen()).as("slot 1 is not chosen yet").isZero();
    phase2.accepted("a", 1, out);
    phase2.accepted("a", 1, out);
    assertThat(phase2.chosen()).as("a vote counts once").isZero();
    phase2.accepted("c", 1, out);
    assertThat(phase2.chosen()).isEqualTo(2);
  }

  @Test
  void aLeaderWithoutASayTeachesItselfWhatWasChosen() {
    Configuration others = Configuration.first(QuorumSystem.majority(List.of("a", "c")));
    phase2.propose(1, X, others, out);
    phase2.accepted("a", 1, out);
    out.take();
    phase2.accepted("c", 1, out);
    assertThat(out.take())
        .containsExactly("send b " + new Message.Learned(List.of(new Entry(1, B2, X)), 0));
  }

  @Test
  void anotherMembersVoteNeverCounts() {
    propose(1, X);
    phase2.accepted("a", 1, out);
    phase2.accepted("x", 1, out);
    assertThat(phase2.chosen()).isZero();
  }

  @Test
  void whatWasLearnedCountsIfItIsTheOwnProposal() {
    propose(1, X);
    log.learn(new Entry(1, A1, X));
    assertThat(phase2.learned()).isTrue();
    assertThat(phase2.chosen()).isEqualTo(1);
  }

  @Test
  void leadsNoMoreOnceAnotherValueWasChosen() {
    propose(1, X);
    log.learn(new Entry(1, C3, Y));
    assertThat(phase2.learned()).isFalse();
  }

  @Test
  void leadsNoMoreOnceItsValueWasChosenAtAHigherBallot() {
    propose(1, X);
    log.learn(new Entry(1, C3, X));
    assertThat(phase2.learned()).isFalse();
  }

  @Test
  void sendsUnansweredProposalsAgainToAcceptorsThatDidNotAnswer() {
    propose(1, X);
    phase2.accepted("a", 1, out);
    out.take();
    tick(101);
    assertThat(out.take())
        .as("the leader's own acceptor has the message, and waits for its disk")
        .containsExactly("send c " + new Message.Accept(B2, 1, X, 0));
    tick(201);
    assertThat(out.take()).as("each time it waits twice as long").isEmpty();
  }
}
