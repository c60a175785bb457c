package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Transcript;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.StateHash;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateHashCheckTest {
  private final Transcript out = new Transcript();
  private final Configurations configurations =
      new Configurations(4, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c"))));
  private final StateHashCheck stateHashCheck = new StateHashCheck("a", configurations);

  @Test
  void tellsTheOthersEachMarkerOnce() {
    stateHashCheck.reached(8, 1, out);
    stateHashCheck.tick(out);
    stateHashCheck.tick(out);
    assertThat(out.take())
        .containsExactly("send b " + new StateHash(8, 1), "send c " + new StateHash(8, 1));
  }

  @Test
  void whoComesToAnotherStateThanAMemberBeforeItStops_andTellsThatOne() {
    stateHashCheck.heard("b", new StateHash(8, 2), out);
    assertThatThrownBy(() -> stateHashCheck.reached(8, 1, out))
        .isInstanceOf(StateHashCheck.StatesDiffer.class)
        .hasMessageContaining("member a after slot 8 has the hash 1, and that of member b has 2")
        .hasMessageContaining("under a new name");
    assertThat(out.take()).containsExactly("send b " + new StateHash(8, 1));
  }

  @Test
  void aMemberThatHearsOfADifferentStateStops() {
    stateHashCheck.reached(8, 1, out);
    stateHashCheck.heard("b", new StateHash(8, 1), out);
    assertThatThrownBy(() -> stateHashCheck.heard("c", new StateHash(8, 3), out))
        .isInstanceOf(StateHashCheck.StatesDiffer.class);
  }

  @Test
  void aStateThatWasReplacedIsComparedNoMore() {
    stateHashCheck.reached(8, 1, out);
    stateHashCheck.forget();
    stateHashCheck.heard("b", new StateHash(8, 2), out);
    stateHashCheck.heard("stranger", new StateHash(9, 2), out);
    stateHashCheck.reached(9, 1, out);
    assertThat(out.take()).isEmpty();
  }
}
