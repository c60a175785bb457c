package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Learner;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A member that the group may have removed cannot be what the group goes on with. */
class ForcedConfigurationTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Configuration FIRST =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));

  private static Value change(String... members) {
    Configuration next =
        Configuration.first(QuorumSystem.majority(List.of(members))).withId(FIRST.id() + 1);
    byte[] change = new GroupCommand.ChangeConfiguration(FIRST.id(), next).toBytes();
    return new Value.Builder().add(new Command(GroupCommand.NO_SESSION, 1, 0, change)).build(1);
  }

  private static String obstacle(Configurations configurations, Entry... accepted) {
    SlotLog log = new SlotLog(new Recovered(A1, Ballot.NONE, 0, 0, List.of(accepted), List.of()));
    MemberContext context =
        new MemberContext("a", log, configurations, Settings.DEFAULT, new MemberClock(1, 1));
    PeerIdentities peerIdentities =
        new PeerIdentities(
            context,
            IncarnationHistory.first(1, 2),
            RecoveredIdentity.NONE,
            /* client= */ false,
            bound -> 0,
            new Transcript());
    Learner learner = new Learner(context, List.of(), /* follows= */ false);
    return new ForcedConfiguration(context, learner, peerIdentities, A1, new Transcript())
        .obstacle();
  }

  @Test
  void aMemberThatStaysHasNone() {
    Configurations group = new Configurations(8, FIRST);
    assertThat(obstacle(group)).isEmpty();
    assertThat(obstacle(group, new Entry(1, A1, change("a", "d")))).isEmpty();
    assertThat(obstacle(group, new Entry(1, A1, Value.noOp(1)))).isEmpty();
  }

  /** Seed 1654: its change was refused behind that one, after half of it was written. */
  @Test
  void aChangeThatRemovesItMayBeDecided() {
    assertThat(obstacle(new Configurations(8, FIRST), new Entry(5, A1, change("b", "c"))))
        .isEqualTo(
            "has accepted a change at slot 5 that removes it and may be chosen: force the"
                + " configuration at a member that stays");
  }

  @Test
  void aMemberThatHasNotJoinedKnowsNothing() {
    assertThat(obstacle(Configurations.uninitialized())).startsWith("belongs to no group yet");
  }

  @Test
  void aMemberThatWasRemovedIsToldSo() {
    Configurations others =
        new Configurations(8, Configuration.first(QuorumSystem.majority(List.of("b"))));
    assertThat(obstacle(others)).startsWith("was removed from its group");
  }
}
