package dev.synod.storage.log;

import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.ballot;
import static dev.synod.storage.log.Logs.entry;
import static dev.synod.storage.log.Logs.learned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.core.message.SlotRange;
import dev.synod.core.message.Value;
import dev.synod.fuzzing.Kinds;
import dev.synod.quorum.QuorumSystem;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private final Replay replay = new Replay();

  private void apply(LogRecord... records) {
    for (LogRecord record : records) {
      replay.apply(record);
    }
  }

  @Test
  void everyKindOfRecordIsWrittenReadAndReplayed() {
    Kinds kinds =
        new Kinds(
            Map.of(
                Value.class,
                Value.noOp(1),
                Configuration.class,
                Configuration.first(QuorumSystem.majority(List.of("a")))));
    for (LogRecord record : kinds.of(LogRecord.class)) {
      ByteBuffer bytes = ByteBuffer.allocate(RecordCodec.size(record));
      new RecordCodec().write(record, bytes);
      LogRecord read = new RecordCodec().read(bytes.flip());
      assertThat(read).isEqualTo(record);
      Replay alone = new Replay();
      alone.apply(read);
      assertThat(alone.finish()).as(record.toString()).isNotEqualTo(new Replay().finish());
    }
  }

  @Test
  void theLaterAcceptWins() {
    apply(accepted(1, 1, "old"), accepted(1, 2, "new"));
    assertThat(replay.finish().entries()).containsExactly(entry(1, 2, "new"));
  }

  @Test
  void aLearnedValueOverwritesAStaleAcceptAndIsFrozen() {
    apply(accepted(1, 1, "stale"), learned(1, 2, "chosen"), accepted(1, 3, "late"));
    assertThat(replay.finish().entries()).containsExactly(entry(1, 2, "chosen"));
  }

  @Test
  void aChosenSlotIsFrozen() {
    apply(accepted(1, 1, "chosen"), new Chosen(1), accepted(1, 3, "late"));
    Recovered recovered = replay.finish();
    assertThat(recovered.entries()).containsExactly(entry(1, 1, "chosen"));
    assertThat(recovered.chosen()).isEqualTo(1);
  }

  @Test
  void anAcceptRaisesThePromiseAndALearnedValueDoesNot() {
    apply(new Promised(ballot(2)), accepted(1, 5, "v"), learned(2, 9, "w"));
    assertThat(replay.finish().promised()).isEqualTo(ballot(5));
  }

  @Test
  void entriesComeBySlotWhateverTheOrderInTheLog() {
    apply(accepted(5, 1, "e"), accepted(2, 1, "b"), accepted(4, 1, "d"), accepted(3, 1, "c"));
    assertThat(replay.finish().entries())
        .containsExactly(entry(2, 1, "b"), entry(3, 1, "c"), entry(4, 1, "d"), entry(5, 1, "e"));
  }

  @Test
  void theFloorTakesAwayWhatIsAtAndBelowIt() {
    apply(accepted(1, 1, "a"), accepted(2, 1, "b"), accepted(3, 1, "c"), new Truncated(2));
    apply(accepted(1, 2, "late"));
    Recovered recovered = replay.finish();
    assertThat(recovered.floor()).isEqualTo(2);
    assertThat(recovered.chosen()).isEqualTo(2);
    assertThat(recovered.entries()).containsExactly(entry(3, 1, "c"));
  }

  @Test
  void chosenStopsBeforeAHoleWhichIsUnknown() {
    apply(accepted(1, 1, "a"), accepted(2, 1, "b"), accepted(3, 1, "c"));
    replay.lost(new SlotRange(2, 2));
    apply(new Chosen(3));
    Recovered recovered = replay.finish();
    assertThat(recovered.chosen()).isEqualTo(1);
    assertThat(recovered.unknown()).containsExactly(new SlotRange(2, 2));
    assertThat(recovered.entries()).containsExactly(entry(1, 1, "a"), entry(3, 1, "c"));
  }

  @Test
  void aLostRecordDoesNotTouchWhatIsFrozen() {
    apply(accepted(1, 1, "a"), accepted(2, 1, "b"), learned(3, 1, "c"), accepted(4, 1, "d"));
    apply(new Chosen(1));
    replay.lost(new SlotRange(1, 5));
    Recovered recovered = replay.finish();
    assertThat(recovered.entries()).containsExactly(entry(1, 1, "a"), entry(3, 1, "c"));
    assertThat(recovered.unknown()).containsExactly(new SlotRange(2, 2), new SlotRange(4, 5));
  }

  @Test
  void aLaterRecordHealsALostOne() {
    replay.lost(new SlotRange(1, 10));
    apply(accepted(4, 1, "d"), learned(5, 1, "e"));
    assertThat(replay.finish().unknown())
        .containsExactly(new SlotRange(1, 3), new SlotRange(6, 10));
  }

  @Test
  void whatIsLostBelowTheFloorIsNotMissed() {
    apply(new Truncated(5));
    replay.lost(new SlotRange(1, 7));
    apply(new Truncated(6));
    assertThat(replay.finish().unknown()).containsExactly(new SlotRange(7, 7));
  }

  @Test
  void aChosenSlotOfWhichTheLogHoldsNothingIsUnknown() {
    apply(accepted(3, 1, "c"), new Chosen(4));
    Recovered recovered = replay.finish();
    assertThat(recovered.chosen()).isZero();
    assertThat(recovered.unknown()).containsExactly(new SlotRange(1, 2), new SlotRange(4, 4));
  }
}
