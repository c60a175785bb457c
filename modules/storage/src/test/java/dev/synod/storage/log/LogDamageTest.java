package dev.synod.storage.log;

import static dev.synod.storage.log.Logs.DIRECTORY;
import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.ballot;
import static dev.synod.storage.log.Logs.learned;
import static dev.synod.storage.log.Logs.options;
import static dev.synod.storage.log.Logs.reopen;
import static dev.synod.storage.log.Logs.replay;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Campaigned;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.core.message.SlotRange;
import dev.synod.storage.FaultyFileSystem;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.PageFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cuts a small log at every offset and flips every byte of it.
 *
 * <p>What may be expected: damage before the last batch is always recognized, since the batch
 * behind bears witness to it. Every slot then is as it was, or named unknown; the promise stands.
 * Damage in the last batch looks like the torn write of a crash: either nothing is lost, or exactly
 * that batch, and no more. In strict mode it is not dropped: its slots are unknown, and as long as
 * only one page is damaged, the promise stands.
 */
class LogDamageTest {
  /** Fills one segment and begins another: each batch takes a page, a segment holds six. */
  private static final List<List<LogRecord>> BATCHES =
      List.of(
          List.of(new Campaigned(ballot(2)), new Promised(ballot(2))),
          List.of(accepted(1, 2, "one"), accepted(2, 2, "two"), accepted(3, 2, "three")),
          List.of(new Chosen(1), new Promised(new Ballot(3, "b"))),
          List.of(accepted(2, 3, "zwei"), learned(4, 3, "four"), new Chosen(2)),
          List.of(accepted(5, 3, "five")),
          List.of(new Truncated(1), accepted(3, 4, "drei"), new Campaigned(ballot(5))),
          List.of(new Chosen(4), accepted(6, 5, "six")),
          List.of(new Promised(ballot(7)), accepted(7, 7, "seven")));

  private static final Recovered WHOLE = replay(BATCHES);
  private static final Recovered WITHOUT_LAST = replay(BATCHES.subList(0, BATCHES.size() - 1));

  private static FaultyFileSystem written(boolean strict) {
    FaultyFileSystem files = new FaultyFileSystem();
    try (Log log = Log.open(options(files).withStrict(strict))) {
      for (List<LogRecord> batch : BATCHES) {
        log.write(batch);
        log.force();
      }
    }
    return files;
  }

  private static List<Path> begunSegments(FaultyFileSystem files) {
    List<Path> begun = new ArrayList<>();
    for (int number = 1; number <= 2; number++) {
      begun.add(DIRECTORY.resolve(Segment.name(number)));
    }
    assertThat(files.paths()).containsAll(begun);
    return begun;
  }

  private static boolean isUnknown(Recovered recovered, long slot) {
    return recovered.unknown().stream().anyMatch(range -> range.contains(slot));
  }

  /** Nothing is invented and nothing forgotten silently: each slot is as it was, or unknown. */
  private static void assertEverySlotIsAsItWasOrUnknown(Recovered recovered, Recovered whole) {
    List<Entry> kept =
        whole.entries().stream().filter(entry -> !isUnknown(recovered, entry.slot())).toList();
    assertThat(recovered.entries()).isEqualTo(kept);
    assertThat(recovered.floor()).isEqualTo(whole.floor());
    assertThat(recovered.chosen()).isBetween(whole.floor(), whole.chosen());
    for (long slot = whole.floor() + 1; slot <= whole.chosen(); slot++) {
      assertThat(slot <= recovered.chosen() || isUnknown(recovered, recovered.chosen() + 1))
          .isTrue();
    }
  }

  private static void assertDamageIsNamed(Recovered recovered) {
    assertThat(recovered.promised()).isEqualTo(WHOLE.promised());
    assertThat(recovered.campaigned()).isEqualTo(WHOLE.campaigned());
    assertEverySlotIsAsItWasOrUnknown(recovered, WHOLE);
  }

  @Test
  void afterAnyFlippedByteEachSlotIsAsItWasOrUnknownOrInTheDroppedLastBatch() {
    FaultyFileSystem written = written(false);
    Random random = new Random(1);
    int dropped = 0;
    int unknown = 0;
    for (Path segment : begunSegments(written)) {
      for (int offset = 0; offset < written.bytes(segment).length; offset++) {
        FaultyFileSystem files = written.copy();
        files.flip(segment, offset, 1 << random.nextInt(8));
        Recovered recovered = reopen(options(files));
        if (isWithoutLast(recovered)) {
          dropped++;
          assertThat(segment).isEqualTo(begunSegments(written).get(1));
        } else {
          assertDamageIsNamed(recovered);
          unknown += recovered.unknown().isEmpty() ? 0 : 1;
        }
      }
    }
    assertThat(dropped).isGreaterThan(100);
    assertThat(unknown).isGreaterThan(500);
  }

  /** All but the last batch, whose promise is kept if its header is whole. */
  private static boolean isWithoutLast(Recovered recovered) {
    Ballot promised = recovered.promised();
    return recovered.entries().equals(WITHOUT_LAST.entries())
        && recovered.unknown().isEmpty()
        && recovered.chosen() == WITHOUT_LAST.chosen()
        && (promised.equals(WHOLE.promised()) || promised.equals(WITHOUT_LAST.promised()));
  }

  @Test
  void strictNamesTheSlotsOfADamagedLastBatchAndKeepsItsPromise() {
    FaultyFileSystem written = written(true);
    Random random = new Random(2);
    int unknown = 0;
    Path last = null;
    for (Path path : written.paths()) {
      if (Segment.number(String.valueOf(path.getFileName())) > 0
          && (last == null || path.compareTo(last) > 0)
          && written.bytes(path)[0] != 0) {
        last = path;
      }
    }
    assertThat(last).isNotNull();
    for (int offset = 0; offset < written.bytes(last).length; offset++) {
      FaultyFileSystem files = written.copy();
      files.flip(last, offset, 1 << random.nextInt(8));
      StoreOptions options = options(files).withStrict(true);
      Recovered recovered = reopen(options);
      assertDamageIsNamed(recovered);
      if (!recovered.unknown().isEmpty()) {
        unknown++;
        // The loss must not be forgotten by being found.
        assertThat(reopen(options)).isEqualTo(recovered);
      }
    }
    assertThat(unknown).isGreaterThan(100);
  }

  @Test
  void aCutLogIsAPrefixOrNamesWhatIsLost() {
    FaultyFileSystem written = written(false);
    List<Path> segments = begunSegments(written);
    List<Recovered> prefixes = List.of(replay(BATCHES.subList(0, 6)), WITHOUT_LAST, WHOLE);
    for (int length = written.bytes(segments.get(1)).length; length >= 0; length--) {
      FaultyFileSystem files = written.copy();
      files.cut(segments.get(1), length);
      Recovered recovered = reopen(options(files));
      assertThat(recovered.unknown()).isEmpty();
      boolean prefix = false;
      for (Recovered expected : prefixes) {
        prefix |=
            recovered.entries().equals(expected.entries())
                && recovered.chosen() == expected.chosen()
                && recovered.promised().compareTo(expected.promised()) >= 0;
      }
      assertThat(prefix).as("cut at %s: %s", length, recovered).isTrue();
    }
    for (int length = written.bytes(segments.get(0)).length; length >= 0; length--) {
      FaultyFileSystem files = written.copy();
      files.cut(segments.get(0), length);
      assertDamageIsNamed(reopen(options(files)));
    }
  }

  @Test
  void theLogGoesOnAfterAnyCut() {
    FaultyFileSystem written = written(false);
    List<Path> segments = begunSegments(written);
    for (Path segment : segments) {
      for (int length = 0; length < written.bytes(segment).length; length += 61) {
        FaultyFileSystem files = written.copy();
        files.cut(segment, length);
        Recovered before;
        try (Log log = Log.open(options(files))) {
          before = log.recovered();
          log.write(List.of(accepted(9, 9, "nine")));
          log.force();
        }
        Recovered after = reopen(options(files));
        List<Entry> expected = new ArrayList<>(before.entries());
        expected.add(Logs.entry(9, 9, "nine"));
        assertThat(after.entries()).isEqualTo(expected);
        assertThat(after.promised()).isEqualTo(ballot(9));
        assertThat(after.chosen()).isEqualTo(before.chosen());
        assertThat(after.unknown()).isEqualTo(before.unknown());
      }
    }
  }

  @Test
  void aDamagedBatchLeavesPreciselyItsSlotsUnknownEvenIfItsHeaderIsDamaged() {
    FaultyFileSystem files = written(false);
    Path first = DIRECTORY.resolve(Segment.name(1));
    int fifth = PageFormat.SEGMENT_HEADER + 4 * PageFormat.PAGE;
    files.flip(first, fifth + 20, 1);
    assertThat(reopen(options(files)).unknown()).containsExactly(new SlotRange(5, 5));
  }

  @Test
  void twoDamagedHeadersInARowLeaveAllThatIsNotKnownByOtherMeansUnknown() {
    FaultyFileSystem files = written(false);
    Path first = DIRECTORY.resolve(Segment.name(1));
    files.flip(first, PageFormat.SEGMENT_HEADER + 3 * PageFormat.PAGE, 1);
    files.flip(first, PageFormat.SEGMENT_HEADER + 4 * PageFormat.PAGE, 1);
    Recovered recovered = reopen(options(files));
    // Slot 2 may have been accepted anew, 4 learned, 5 accepted. Slot 3 was, later.
    assertThat(recovered.unknown()).containsExactly(new SlotRange(2, 2), new SlotRange(4, 5));
    assertThat(recovered.chosen()).isEqualTo(1);
    assertDamageIsNamed(recovered);
  }

  @Test
  void aWoundThatPeersHaveHealedIsNotUnknownAnyMore() {
    FaultyFileSystem files = written(false);
    files.flip(
        DIRECTORY.resolve(Segment.name(1)),
        PageFormat.SEGMENT_HEADER + 3 * PageFormat.PAGE + 50,
        1);
    try (Log log = Log.open(options(files))) {
      assertThat(log.recovered().unknown()).isNotEmpty();
      log.write(List.of(learned(2, 3, "zwei"), learned(4, 3, "four"), learned(3, 4, "drei")));
      log.force();
    }
    Recovered recovered = reopen(options(files));
    assertThat(recovered.unknown()).isEmpty();
    assertThat(recovered.chosen()).isEqualTo(4);
  }
}
