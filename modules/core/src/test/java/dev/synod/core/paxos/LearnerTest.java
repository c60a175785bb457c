package dev.synod.core.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Chosen;
import dev.synod.core.message.Message.Learn;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.message.Value;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnerTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Ballot B2 = new Ballot(2, "b");
  private static final Value X = Value.noOp(1);
  private static final Value Y = Value.noOp(2);

  private final Transcript out = new Transcript();
  private final SlotLog log = new SlotLog(Recovered.NOTHING);
  private final MemberClock clock = new MemberClock(1, 1);
  private final Learner learner =
      new Learner(
          new MemberContext(
              "c",
              log,
              new Configurations(
                  4, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))),
              Settings.DEFAULT,
              clock),
          List.of(),
          /* follows= */ false);

  private List<String> on(String from, Message.ToLearner message) {
    learner.receive(from, message, out);
    return out.take();
  }

  private static Entry entry(long slot, Ballot ballot, Value value) {
    return new Entry(slot, ballot, value);
  }

  @Test
  void aNoticeChoosesWhatWasAcceptedAtItsBallot() {
    log.accept(entry(1, A1, X));
    assertThat(on("a", new Chosen(A1, 1)))
        .contains("append " + new LogRecord.Chosen(1), "deliver " + entry(1, A1, X));
  }

  @Test
  void aNoticeNeverChoosesAStaleAccept() {
    log.accept(entry(1, A1, X));
    assertThat(on("b", new Chosen(B2, 1))).containsExactly("heard " + B2);
    assertThat(log.chosen()).isZero();
    assertThat(on("b", new Learned(List.of(entry(1, B2, Y)), 1)))
        .contains("deliver " + entry(1, B2, Y));
  }

  @Test
  void whatIsLearnedBehindAGapWaitsForTheGap() {
    assertThat(on("a", new Learned(List.of(entry(2, A1, Y)), 2)))
        .doesNotContain("deliver " + entry(2, A1, Y));
    assertThat(on("a", new Learned(List.of(entry(1, A1, X)), 2)))
        .containsSubsequence("deliver " + entry(1, A1, X), "deliver " + entry(2, A1, Y));
  }

  @Test
  void nothingReplacesWhatIsKnownChosen() {
    on("a", new Learned(List.of(entry(1, A1, X)), 1));
    assertThat(on("b", new Learned(List.of(entry(1, B2, Y)), 1))).isEmpty();
    assertThat(log.get(1)).isEqualTo(entry(1, A1, X));
  }

  @Test
  void teachesWhatItKnowsToBeChosenAndNoMore() {
    on("a", new Learned(List.of(entry(1, A1, X)), 1));
    log.accept(entry(2, A1, Y));
    assertThat(on("b", new Learn(1)))
        .containsExactly("send b " + new Learned(List.of(entry(1, A1, X)), 1));
    assertThat(on("b", new Learn(2))).containsExactly("send b " + new Learned(List.of(), 1));
  }

  @Test
  void asksForWhatIsMissing_firstTheLeaderThenOthers() {
    on("b", new Chosen(B2, 5));
    clock.set(1 + Settings.DEFAULT.retry(), 1 + Settings.DEFAULT.retry());
    learner.tick(out);
    assertThat(out.take()).containsExactly("send b " + new Learn(1));
    clock.set(1 + 2 * Settings.DEFAULT.retry(), 1 + 2 * Settings.DEFAULT.retry());
    learner.tick(out);
    assertThat(out.take()).hasSize(1).first().asString().doesNotContain("send c");
  }

  @Test
  void whoHearsNothingForLongAsksAround() {
    clock.set(1 + Settings.DEFAULT.electionTimeout(), 1 + Settings.DEFAULT.electionTimeout());
    learner.tick(out);
    assertThat(out.take()).hasSize(1).first().asString().endsWith(new Learn(1).toString());
  }
}
