package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Outcome;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand.ChangeConfiguration;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A member whose changes a test decides. */
class ReconfigurationTest {
  private static final long ALPHA = 2;
  private static final List<String> OLD = List.of("a", "b", "c");
  private static final List<String> NEW = List.of("a", "b", "c", "d");

  private final List<Outcome> ends = new ArrayList<>();
  private final Transcript out =
      new Transcript() {
        @Override
        public void completeChange(long number, Outcome outcome) {
          ends.add(outcome);
        }
      };
  private final MemberClock clock = new MemberClock(1, 1);
  private final Configurations configurations =
      new Configurations(ALPHA, Configuration.first(QuorumSystem.majority(OLD)));
  private final MemberContext context =
      new MemberContext(
          "a", new SlotLog(Recovered.NOTHING), configurations, Settings.DEFAULT, clock);
  private final Reconfiguration reconfiguration =
      new Reconfiguration(
          context,
          new Proposer(context, new Election(Settings.DEFAULT, bound -> 0, clock), Ballot.NONE),
          bound -> 41,
          out);

  private static Configuration wish(long base, List<String> members) {
    return new Configuration(base, members, QuorumSystem.majority(members));
  }

  private static Configuration counts(long id) {
    QuorumSystem quorums = QuorumSystem.of(OLD, new QuorumSpec.Counts(2, 2), false);
    return new Configuration(id, OLD, quorums);
  }

  /** Decides a change and the slots until it is in use. */
  private Outcome decide(long replaces, Configuration next) {
    long slot = configurations.known() + 1;
    Outcome outcome = configurations.change(slot, new ChangeConfiguration(replaces, next));
    configurations.applied(slot);
    return outcome;
  }

  private void comesIntoUse() {
    while (configurations.pending() != null) {
      configurations.applied(configurations.known() + 1);
    }
  }

  private Outcome.ChangeRefused refused() {
    assertThat(ends).hasSize(1).first().isInstanceOf(Outcome.ChangeRefused.class);
    return (Outcome.ChangeRefused) ends.get(0);
  }

  @Test
  void aChangeOfAConfigurationThatIsNotTheLatestOneIsRefused() {
    assertThat(decide(1, counts(2))).isInstanceOf(Outcome.Applied.class);
    comesIntoUse();
    reconfiguration.start(wish(1, List.of("a", "b")), /* forced= */ true);
    reconfiguration.tick(out);
    assertThat(refused().reason()).isEqualTo(Outcome.ChangeRefused.Reason.NOT_THE_LATEST);
    assertThat(refused().text()).contains("configuration 1", "configuration 2");
  }

  @Test
  void aChangeThatComesBetweenTheTwoStepsIsNotUndone_andTheFirstStepIsNamed() {
    reconfiguration.start(wish(1, NEW), /* forced= */ false);
    reconfiguration.tick(out);
    Configuration learning = new Configuration(2, NEW, QuorumSystem.majority(OLD));
    reconfiguration.applied(42, decide(1, learning));
    comesIntoUse();
    Configuration other = new Configuration(3, NEW, counts(3).quorums());
    assertThat(decide(2, other)).isInstanceOf(Outcome.Applied.class);
    comesIntoUse();
    reconfiguration.tick(out);
    assertThat(refused().reason()).isEqualTo(Outcome.ChangeRefused.Reason.NOT_THE_LATEST);
    assertThat(refused().text())
        .contains("[d] are learners of the group", "Repeat the change, or remove them");
  }

  @Test
  void aChangeWhoseNewMemberStaysSilentSaysThatItIsALearnerNow() {
    reconfiguration.start(wish(1, NEW), /* forced= */ false);
    reconfiguration.tick(out);
    Configuration learning = new Configuration(2, NEW, QuorumSystem.majority(OLD));
    reconfiguration.applied(42, decide(1, learning));
    comesIntoUse();
    clock.set(1 + Settings.DEFAULT.requestTimeout(), 1 + Settings.DEFAULT.requestTimeout());
    reconfiguration.tick(out);
    assertThat(refused().text()).contains("no answer from", "[d] are learners of the group");
  }

  @Test
  void aChangeThatNeverBeganLeavesNothingBehindAndSaysNothingOfLearners() {
    reconfiguration.start(wish(7, NEW), /* forced= */ false);
    reconfiguration.tick(out);
    assertThat(refused().text()).doesNotContain("learners of the group");
  }
}
