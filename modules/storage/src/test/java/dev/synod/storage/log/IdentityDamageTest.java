package dev.synod.storage.log;

import static dev.synod.storage.log.Logs.DIRECTORY;
import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.ballot;
import static dev.synod.storage.log.Logs.learned;
import static dev.synod.storage.log.Logs.options;
import static dev.synod.storage.log.Logs.reopen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.Value;
import dev.synod.fuzzing.Kinds;
import dev.synod.quorum.QuorumSystem;
import dev.synod.storage.FaultyFileSystem;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damages a log that holds one record of identity more, of each kind and at each position. One
 * damaged page loses no such record, wherever it is; damage of both places of a record is noticed.
 */
class IdentityDamageTest {
  private static final Epoch BIRTH = Epoch.first(77);
  private static final LogRecord.Initialized GROUP =
      new LogRecord.Initialized(8, Configuration.first(QuorumSystem.majority(List.of("a", "b"))));
  private static final Incarnation B = new Incarnation(2, 1, 21);

  /** One record of each kind, with other contents than {@link #BEFORE} has. */
  private static final List<LogRecord> KINDS =
      List.of(
          new LogRecord.Initialized(
              9, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))),
          new LogRecord.Left(),
          new LogRecord.EpochBegan(BIRTH.forcedBy("a")),
          new LogRecord.Pledged(5),
          new LogRecord.Met("b", new Incarnation(2, 2, 22)),
          new LogRecord.Met("c", new Incarnation(3, 1, 31)),
          new LogRecord.Excluded(ExclusionReason.FENCED, BIRTH.forcedBy("b")));

  /** What the log holds before, unless the record is one of a member that belongs to no group. */
  private static final List<LogRecord> BEFORE =
      List.of(new LogRecord.Met("b", B), new LogRecord.EpochBegan(BIRTH), GROUP);

  private static final List<List<LogRecord>> OTHERS =
      List.of(
          List.of(new Promised(ballot(2))),
          List.of(accepted(1, 2, "one"), accepted(2, 2, "two")),
          List.of(new Chosen(1), learned(3, 2, "three")),
          List.of(new Promised(ballot(3))));

  /** Positions in a page at which a bit flips: in each field of the header, and in the body. */
  private static final int STEP = 43;

  private static final int MOST = 520;

  static Stream<LogRecord> kinds() {
    return KINDS.stream();
  }

  @Test
  void everyKindOfIdentityRecordIsTried() {
    Stream<LogRecord> all =
        new Kinds(Map.of(Configuration.class, GROUP.configuration(), Value.class, Value.noOp(1)))
            .of(LogRecord.class).stream();
    assertThat(all.filter(IdentityRecords::isOne).map(LogRecord::getClass))
        .allMatch(kind -> KINDS.stream().anyMatch(kind::isInstance));
  }

  private static FaultyFileSystem written(LogRecord record, int position, boolean strict) {
    List<List<LogRecord>> batches = new ArrayList<>();
    if (!(record instanceof LogRecord.Pledged)) {
      batches.add(BEFORE);
    }
    batches.addAll(OTHERS.subList(0, position));
    batches.add(List.of(record));
    batches.addAll(OTHERS.subList(position, OTHERS.size()));
    return written(batches, strict);
  }

  private static FaultyFileSystem written(List<List<LogRecord>> batches, boolean strict) {
    FaultyFileSystem files = new FaultyFileSystem();
    try (Log log = Log.open(options(files).withStrict(strict))) {
      for (List<LogRecord> batch : batches) {
        log.write(batch);
        log.force();
      }
    }
    return files;
  }

  /** The pages of all segments that were begun, as the segment and the position. */
  private record Page(Path segment, int at) {}

  private static List<Page> pages(FaultyFileSystem files) {
    List<Page> pages = new ArrayList<>();
    for (Path path : files.paths().stream().sorted().toList()) {
      if (Segment.number(String.valueOf(path.getFileName())) > 0) {
        byte[] bytes = files.bytes(path);
        for (int at = PageFormat.SEGMENT_HEADER; at < bytes.length; at += PageFormat.PAGE) {
          if (bytes[at] != 0) {
            pages.add(new Page(path, at));
          }
        }
      }
    }
    return pages;
  }

  private static void assertSameIdentity(Recovered recovered, Recovered whole, Page page) {
    assertThat(recovered.initialized()).as(page.toString()).isEqualTo(whole.initialized());
    assertThat(recovered.left()).as(page.toString()).isEqualTo(whole.left());
    assertThat(recovered.past()).as(page.toString()).isEqualTo(whole.past());
  }

  @MethodSource("kinds")
  @ParameterizedTest
  void oneDamagedPageLosesNoRecordOfIdentity(LogRecord record) {
    for (boolean strict : List.of(false, true)) {
      for (int position = 0; position <= OTHERS.size(); position++) {
        FaultyFileSystem written = written(record, position, strict);
        StoreOptions intact = options(written.copy()).withStrict(strict);
        Recovered whole = reopen(intact);
        for (Page page : pages(written)) {
          for (int offset = 0; offset < MOST; offset += STEP) {
            FaultyFileSystem files = written.copy();
            files.flip(page.segment(), page.at() + offset, 1 << (offset % 8));
            StoreOptions options = options(files).withStrict(strict);
            Recovered recovered = reopen(options);
            assertSameIdentity(recovered, whole, page);
            assertThat(recovered.promised()).isGreaterThanOrEqualTo(ballot(2));
            // What is left is written once more, so that the next damage loses nothing either.
            assertSameIdentity(reopen(options), whole, page);
          }
        }
      }
    }
  }

  /** The first page of the batch of the record, and of its second place. */
  private static List<Page> placesOf(LogRecord record, int position) {
    FaultyFileSystem without = written(record, position, false);
    int batches = (record instanceof LogRecord.Pledged ? 0 : 2) + position;
    return pages(without).subList(batches, batches + 2);
  }

  @MethodSource("kinds")
  @ParameterizedTest
  void damageOfBothPlacesIsNoticedIfAValidBatchFollows(LogRecord record) {
    for (int position = 0; position < OTHERS.size(); position++) {
      FaultyFileSystem files = written(record, position, false);
      Recovered whole = reopen(options(files.copy()));
      for (Page page : placesOf(record, position)) {
        files.flip(page.segment(), page.at() + 30, 1);
      }
      if (record instanceof LogRecord.EpochBegan) {
        assertThat(reopen(options(files)).past()).isEqualTo(whole.past());
      } else {
        assertThatThrownBy(() -> reopen(options(files)))
            .isInstanceOfSatisfying(
                StorageException.class,
                refused -> assertThat(refused.kind()).isEqualTo(StorageException.Kind.DAMAGED))
            .hasMessageContaining("has lost records of identity")
            .hasMessageContaining(DIRECTORY.toString());
      }
    }
  }

  @Test
  void aRepairedLogSurvivesTheLossOfTheOtherPlace() {
    LogRecord record = KINDS.get(5);
    FaultyFileSystem files = written(record, 1, false);
    Recovered whole = reopen(options(files.copy()));
    for (Page page : placesOf(record, 1)) {
      files.flip(page.segment(), page.at() + 30, 1);
      assertThat(reopen(options(files)).past()).isEqualTo(whole.past());
    }
  }

  @Test
  void aHeaderOfAVersionWithoutTheMarkIsRead() {
    Marks old = new Marks(ballot(2), ballot(1), 3, 0, 4, 0, null);
    BatchHeader header = new BatchHeader(1, 1, 8192, 1, 0, 0, 0, 0, null, null, old);
    ByteBuffer bytes = ByteBuffer.allocate(PageFormat.PAGE);
    header.write(bytes, BatchHeader.BATCH);
    BatchHeader read = BatchHeader.read(bytes.flip(), BatchHeader.BATCH, 1, DIRECTORY);
    assertThat(read).isEqualTo(header);
  }

  /** Seed 9821869475: the process had stopped before it wrote the second place. */
  @MethodSource("kinds")
  @ParameterizedTest
  void oneDamagedPageLosesNoRecordOfIdentity_whereverTheProcessStoppedBefore(LogRecord record) {
    for (boolean strict : List.of(false, true)) {
      // All in one segment, because the header of another one would show that something is missing.
      boolean pledge = record instanceof LogRecord.Pledged;
      FaultyFileSystem written =
          written(pledge ? List.of(List.of(record)) : List.of(BEFORE, List.of(record)), strict);
      List<Page> pages = pages(written);
      assertThat(pages).map(Page::segment).containsOnly(pages.get(0).segment());
      for (int end = 1; end < pages.size(); end++) {
        FaultyFileSystem stopped = written.copy();
        pages.subList(end, pages.size()).forEach(page -> clear(stopped, page));
        StoreOptions intact = options(stopped).withStrict(strict);
        Recovered whole = reopen(intact);
        for (Page page : pages(stopped)) {
          for (int offset = 0; offset < MOST; offset += 3 * STEP) {
            FaultyFileSystem files = stopped.copy();
            files.flip(page.segment(), page.at() + offset, 1 << (offset % 8));
            assertSameIdentity(reopen(options(files).withStrict(strict)), whole, page);
          }
        }
      }
    }
  }

  private static void clear(FaultyFileSystem files, Page page) {
    Arrays.fill(files.bytes(page.segment()), page.at(), page.at() + PageFormat.PAGE, (byte) 0);
  }
}
