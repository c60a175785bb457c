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
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Ballot B2 = new Ballot(2, "b");
  private static final Ballot C3 = new Ballot(3, "c");
  private static final Value X = Value.noOp(1);
  private static final Value Y = Value.noOp(2);

  private final Transcript out = new Transcript();
  private final SlotLog log = new SlotLog(Recovered.NOTHING);
  private final Pipeline pipeline = new Pipeline(B2, log, 100, new Thrift("b", Settings.DEFAULT));

  private void propose(long slot, Value value) {
    Configuration configuration =
        Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));
    pipeline.propose(slot, value, configuration, 1, out);
  }

  @Test
  void isChosenOnceAPhaseTwoQuorumHasAccepted_andInOrder() {
    propose(1, X);
    propose(2, Y);
    pipeline.accepted("a", 2, out);
    pipeline.accepted("b", 2, out);
    assertThat(pipeline.chosen()).as("slot 1 is not chosen yet").isZero();
    pipeline.accepted("a", 1, out);
    pipeline.accepted("a", 1, out);
    assertThat(pipeline.chosen()).as("a vote counts once").isZero();
    pipeline.accepted("c", 1, out);
    assertThat(pipeline.chosen()).isEqualTo(2);
  }

  @Test
  void aLeaderWithoutASayTeachesItselfWhatWasChosen() {
    Configuration others = Configuration.first(QuorumSystem.majority(List.of("a", "c")));
    pipeline.propose(1, X, others, 1, out);
    pipeline.accepted("a", 1, out);
    out.take();
    pipeline.accepted("c", 1, out);
    assertThat(out.take())
        .containsExactly("send b " + new Message.Learned(List.of(new Entry(1, B2, X)), 0));
  }

  @Test
  void anotherMembersVoteNeverCounts() {
    propose(1, X);
    pipeline.accepted("a", 1, out);
    pipeline.accepted("x", 1, out);
    assertThat(pipeline.chosen()).isZero();
  }

  @Test
  void whatWasLearnedCountsIfItIsTheOwnProposal() {
    propose(1, X);
    log.learn(new Entry(1, A1, X));
    assertThat(pipeline.learned()).isTrue();
    assertThat(pipeline.chosen()).isEqualTo(1);
  }

  @Test
  void leadsNoMoreOnceAnotherValueWasChosen() {
    propose(1, X);
    log.learn(new Entry(1, C3, Y));
    assertThat(pipeline.learned()).isFalse();
  }

  @Test
  void leadsNoMoreOnceItsValueWasChosenAtAHigherBallot() {
    propose(1, X);
    log.learn(new Entry(1, C3, X));
    assertThat(pipeline.learned()).isFalse();
  }

  @Test
  void sendsAgainWhatNobodyAnsweredAndNotToWhoDid() {
    propose(1, X);
    pipeline.accepted("a", 1, out);
    out.take();
    pipeline.tick(101, out);
    assertThat(out.take())
        .containsExactly(
            "send b " + new Message.Accept(B2, 1, X, 0),
            "send c " + new Message.Accept(B2, 1, X, 0));
    pipeline.tick(201, out);
    assertThat(out.take()).as("each time it waits twice as long").isEmpty();
  }
}
