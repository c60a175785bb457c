package dev.synod.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Campaigned;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Learned;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.message.Value;
import dev.synod.storage.file.PageFormat;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RecordCodecTest {
  @Provide
  Arbitrary<LogRecord> records() {
    Arbitrary<Ballot> ballots =
        Combinators.combine(
                Arbitraries.longs().greaterOrEqual(1),
                Arbitraries.of("", "a", "b", "grün", "n".repeat(PageFormat.MAX_NAME)))
            .as(Ballot::new);
    Arbitrary<Value> values =
        Combinators.combine(
                Arbitraries.longs(),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).list().ofMaxSize(4))
            .as(RecordCodecTest::value);
    Arbitrary<Long> slots = Arbitraries.longs().between(1, PageFormat.MAX_SLOT);
    Arbitrary<Epoch> epochs =
        Combinators.combine(
                Arbitraries.longs(),
                Arbitraries.longs().greaterOrEqual(1),
                Arbitraries.of("a", "grün"))
            .as(Epoch::new)
            .map(epoch -> epoch.number() % 3 == 0 ? Epoch.first(epoch.birth()) : epoch);
    Arbitrary<Entry> entries = Combinators.combine(slots, ballots, values).as(Entry::new);
    return Arbitraries.oneOf(
        List.of(
            ballots.map(Promised::new),
            ballots.map(Campaigned::new),
            entries.map(Accepted::new),
            entries.map(Learned::new),
            slots.map(Chosen::new),
            slots.map(Truncated::new),
            epochs.map(LogRecord.EpochBegan::new),
            Arbitraries.longs().map(LogRecord.Pledged::new),
            Combinators.combine(Arbitraries.of("a", "grün"), slots, slots, Arbitraries.longs())
                .as((name, a, b, c) -> new LogRecord.Met(name, new Incarnation(a, b, c))),
            Combinators.combine(Arbitraries.of(ExclusionReason.class), epochs)
                .as(LogRecord.Excluded::new),
            slots.map(LogRecord.LeaseGranted::new),
            Combinators.combine(slots, Arbitraries.integers().greaterOrEqual(0))
                .as((slot, index) -> new LogRecord.Skipped(new SkippedCommand(slot, index))),
            Arbitraries.of(new LogRecord.Left())));
  }

  private static Value value(long time, List<byte[]> payloads) {
    Value.Builder builder = new Value.Builder();
    for (byte[] payload : payloads) {
      builder.add(new Command(1, 2, 3, payload));
    }
    return builder.build(time);
  }

  @Property
  void whatIsReadIsWhatWasWrittenAndTakesTheBytesThatWereFiguredOut(
      @ForAll List<@net.jqwik.api.From("records") LogRecord> records) {
    int size = records.stream().mapToInt(RecordCodec::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size);
    RecordCodec writer = new RecordCodec();
    records.forEach(record -> writer.write(record, bytes));
    assertThat(bytes.hasRemaining()).isFalse();
    bytes.flip();
    RecordCodec reader = new RecordCodec();
    for (LogRecord record : records) {
      assertThat(reader.read(bytes)).isEqualTo(record);
    }
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Property
  void garbageIsARecordOrANamedErrorAndNeverALargeAllocation(@ForAll byte[] garbage) {
    ByteBuffer bytes = ByteBuffer.wrap(garbage);
    if (garbage.length > 0) {
      garbage[0] = (byte) (1 + (garbage[0] & 15));
    }
    try {
      LogRecord record = new RecordCodec().read(bytes);
      assertThat(RecordCodec.size(record)).isLessThanOrEqualTo(3 * garbage.length + 20);
    } catch (IllegalArgumentException named) {
      assertThat(named).hasMessageMatching("(?s).+");
    }
  }

  @Property
  void aTruncatedRecordIsANamedError(
      @ForAll("records") LogRecord record, @ForAll @net.jqwik.api.constraints.IntRange int cut) {
    ByteBuffer bytes = ByteBuffer.allocate(RecordCodec.size(record));
    new RecordCodec().write(record, bytes);
    bytes.flip().limit(Math.floorMod(cut, bytes.limit()));
    assertThatThrownBy(() -> new RecordCodec().read(bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void aLengthThatCannotBeTrueAllocatesNothing() {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    bytes.put((byte) 3).putLong(1).putLong(1).putShort((short) 0).putLong(0);
    bytes.putInt(Integer.MAX_VALUE).clear();
    assertThatThrownBy(() -> new RecordCodec().read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2147483647 bytes expected");
  }

  @Example
  void whatCannotBeStoredIsRefusedWhenItIsAppended() {
    String name = "ü".repeat(PageFormat.MAX_NAME / 2 + 1);
    assertThatThrownBy(() -> RecordCodec.size(new Promised(new Ballot(1, name))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("514 bytes");
    Entry entry = new Entry(0, new Ballot(1, "a"), Value.noOp(0));
    assertThatThrownBy(() -> RecordCodec.size(new Accepted(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a slot: 0");
  }

  @Example
  void aSlotBeyondAllBoundsIsNeitherWrittenNorRead() {
    assertThatThrownBy(() -> RecordCodec.size(new Chosen(PageFormat.MAX_SLOT + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a slot");
    ByteBuffer bytes = ByteBuffer.allocate(9).put((byte) 5).putLong(Long.MAX_VALUE).flip();
    assertThatThrownBy(() -> new RecordCodec().read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a slot");
  }
}
