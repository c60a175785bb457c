package dev.synod.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DurableSendsTest {
  private static final Ballot BALLOT = new Ballot(1, "a");

  private long durable;
  private final List<String> sent = new ArrayList<>();
  private final DurableSends gate =
      new DurableSends(() -> durable, (member, message) -> sent.add(member + " " + message));

  private static Message.Accepted vote(long slot) {
    return new Message.Accepted(BALLOT, slot);
  }

  @Test
  void aMessageLeavesOnlyOnceAllRecordsAppendedBeforeItAreDurable() {
    gate.appended(1);
    gate.appended(2);
    gate.sendAfter("b", vote(7));

    durable = 1;
    gate.release();
    assertThat(sent).isEmpty();
    assertThat(gate.isEmpty()).isFalse();

    durable = 2;
    gate.release();
    assertThat(sent).containsExactly("b " + vote(7));
    assertThat(gate.isEmpty()).isTrue();
  }

  @Test
  void aMessageLeavesAtOnceIfAllRecordsAreDurable() {
    gate.appended(1);
    durable = 1;
    gate.sendAfter("b", vote(7));
    assertThat(sent).containsExactly("b " + vote(7));
  }

  @Test
  void aMessageDoesNotOvertakeOneThatIsStillHeldThoughItsRecordsAreDurable() {
    gate.appended(1);
    gate.sendAfter("b", vote(7));
    durable = 1;
    gate.sendAfter("b", vote(8));
    assertThat(sent).isEmpty();

    gate.release();
    assertThat(sent).containsExactly("b " + vote(7), "b " + vote(8));
  }

  @Test
  void recordsAppendedAfterAMessageDoNotDelayIt() {
    gate.appended(1);
    gate.sendAfter("b", vote(7));
    gate.appended(2);
    gate.sendAfter("b", vote(8));

    durable = 1;
    gate.release();
    assertThat(sent).containsExactly("b " + vote(7));
  }

  @Test
  void theMemberIsOverOnlyOnceTheRecordThatSaysSoIsDurable() {
    LogRecord.Excluded record = new LogRecord.Excluded(ExclusionReason.COPY, Epoch.FIRST);
    gate.appended(1);
    gate.left();
    gate.appended(2);
    gate.excluded(record);
    assertThat(gate.hasLeft()).isFalse();
    assertThat(gate.excluded()).isNull();

    durable = 1;
    assertThat(gate.hasLeft()).isTrue();
    assertThat(gate.excluded()).isNull();

    durable = 2;
    assertThat(gate.excluded()).isEqualTo(record);
  }

  @Test
  void aMemberThatHasStoppedSendsNothingThatWasHeld() {
    gate.appended(1);
    gate.sendAfter("b", vote(7));
    gate.clear();
    durable = 1;
    gate.release();
    assertThat(sent).isEmpty();
  }
}
