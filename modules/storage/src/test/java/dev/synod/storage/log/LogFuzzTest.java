package dev.synod.storage.log;

import static dev.synod.storage.log.Logs.DIRECTORY;
import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.ballot;
import static dev.synod.storage.log.Logs.learned;
import static dev.synod.storage.log.Logs.options;
import static dev.synod.storage.log.Logs.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.core.host.Recovered;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Campaigned;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import dev.synod.storage.FaultyFileSystem;
import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.identity.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in the files, a log opens or says why not. */
class LogFuzzTest {
  private static final Path SEGMENT = DIRECTORY.resolve(Segment.name(1));
  private static final Path IDENTITY = DIRECTORY.resolve(Identity.FILE);

  /** Three batches, each on one page, and room for three more. */
  private static final FaultyFileSystem WRITTEN = written();

  private static final int BATCHES = 3;

  private static FaultyFileSystem written() {
    FaultyFileSystem files = new FaultyFileSystem();
    try (Log log =
        Log.open(options(files), Runnable::run, () -> new UUID(0x0123456789abcdefL, 42))) {
      write(log, new Promised(ballot(1)), new Campaigned(ballot(1)), accepted(1, 1, "v1"));
      write(log, accepted(2, 1, "v2"), new Chosen(1));
      write(log, learned(3, 1, "v3"));
    }
    return files;
  }

  static Stream<byte[]> records() {
    return Seeds.around(
        List.of(
            bytes(new Promised(ballot(1)), new Campaigned(ballot(2)), accepted(1, 2, "v")),
            bytes(learned(5, 1, "x"), new Chosen(5), new Truncated(4)),
            bytes(accepted(PageFormat.MAX_SLOT, Long.MAX_VALUE, "")),
            bytes(
                new LogRecord.EpochBegan(new Epoch(6, 2, "c")),
                new LogRecord.Pledged(7),
                new LogRecord.Met("b", new Incarnation(1, 2, 3)),
                new LogRecord.Excluded(ExclusionReason.FENCED, Epoch.FIRST),
                new LogRecord.Left()),
            bytes()));
  }

  private static byte[] bytes(LogRecord... records) {
    ByteBuffer bytes = ByteBuffer.allocate(Stream.of(records).mapToInt(RecordCodec::size).sum());
    RecordCodec codec = new RecordCodec();
    Stream.of(records).forEach(record -> codec.write(record, bytes));
    return bytes.array();
  }

  @MethodSource("records")
  @FuzzTest
  void aRecordIsReadAndWrittenAgainAsItWasOrRefused(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    RecordCodec reader = new RecordCodec();
    try {
      while (from.hasRemaining()) {
        LogRecord record = Harmless.read(bytes.length, () -> reader.read(from));
        assertThat(new RecordCodec().read(ByteBuffer.wrap(bytes(record)))).isEqualTo(record);
      }
    } catch (IllegalArgumentException named) {
      assertThat(named.getMessage()).isNotBlank();
    }
  }

  /** The checksums are right: what is behind them has to look for itself. */
  @MethodSource("records")
  @FuzzTest
  void aWholeBatchOfAnything(byte[] body) throws IOException {
    if (body.length > 2 * PageFormat.PAGE) {
      return;
    }
    FaultyFileSystem files = WRITTEN.copy();
    ByteBuffer pages = ByteBuffer.wrap(files.bytes(SEGMENT));
    int at = PageFormat.SEGMENT_HEADER + BATCHES * PageFormat.PAGE;
    BatchHeader before =
        BatchHeader.read(
            pages.duplicate().position(at - PageFormat.PAGE),
            BatchHeader.BATCH,
            mark(files),
            SEGMENT);
    assertThat(before).isNotNull();
    int crc = Recovery.checksum(new CRC32C(), before.crc(), ByteBuffer.wrap(body));
    for (int records = 0; records < 4; records++) {
      FaultyFileSystem tried = files.copy();
      ByteBuffer to = ByteBuffer.wrap(tried.bytes(SEGMENT)).position(at);
      new BatchHeader(
              before.store(),
              1,
              at,
              before.number() + 1,
              body.length,
              records,
              before.crc(),
              crc,
              null,
              null,
              before.marks())
          .write(to, BatchHeader.BATCH);
      to.put(body);
      opensOrSaysWhyNot(tried, false);
    }
  }

  private static long mark(FaultyFileSystem files) throws IOException {
    return Identity.read(files, DIRECTORY).mark();
  }

  static Stream<byte[]> patches() {
    // A number drawn over and over: the length of the batch, its slots, the marks.
    return Seeds.around(
        List.of(
            patch(0, 0x40, 1, 2, 12, 0x7f, 1, 2, 12, 0x01),
            patch(1, 0x01, 1, 3, 36, 0x7f),
            patch(2, 0, 1, 2, 60, 0x7f, 1, 3, 68, 0x7f, 1, 4, 76, 0x7f),
            patch(3, 0, 1, 0, 20, 0x7f, 1, 1, 28, 0x7f, 1, 0, 36, 0x7f, 1, 1, 36, 0x7f),
            patch(2, 0, 0, 0, 9, 9, 0, 1, 9, 9),
            // Found by this test: of a batch of another format it was not told where it lies.
            patch(2, 0, 1, 2, 9, 9),
            patch(3, 0, 1, 4, 0, 0, 1, 5, 44, 0x10),
            // Found by this test: the next batch makes a forged header count, and a slot unknown.
            patch(
                3, 0x2e, 0x73, 0x30, 0x44, 0x7f, 1, 0x48, 0x4c, 2, 0x7f, 1, 1, 1, 1, 0x24, 0xdb,
                0xff, 0, 1, 1, 0xff)));
  }

  private static byte[] patch(int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    return bytes;
  }

  /**
   * The input says how the log is opened, and what is written over which byte of which page of
   * which file: four octets each. All checksums are then made right, or none.
   */
  @MethodSource("patches")
  @FuzzTest
  void aLogWithAnyBytesWrittenOver(byte[] input) {
    if (input.length < 2) {
      return;
    }
    boolean strict = (input[0] & 1) != 0;
    boolean sealed = (input[0] & 2) != 0;
    FaultyFileSystem files = WRITTEN.copy();
    for (int i = 2; i + 4 <= Math.min(input.length, 400); i += 4) {
      byte[] file = files.bytes((input[i] & 1) == 0 ? IDENTITY : SEGMENT);
      int page = Math.floorMod(input[i + 1], file.length / PageFormat.PAGE);
      // Headers are short: most bytes that say something are among the first 256 of a page.
      file[page * PageFormat.PAGE + (input[i + 2] & 0xff)] = input[i + 3];
    }
    if (sealed) {
      seal(files.bytes(IDENTITY));
      seal(files.bytes(SEGMENT));
    }
    opensOrSaysWhyNot(files, strict);
  }

  /** Makes the checksums of all that looks like a header right. */
  private static void seal(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    for (int page = 0; page + PageFormat.PAGE <= file.length; page += PageFormat.PAGE) {
      int length = bytes.getShort(page + Long.BYTES + Short.BYTES);
      long magic = bytes.getLong(page);
      boolean batch = magic == BatchHeader.BATCH || magic == BatchHeader.END;
      int end = batch ? length - Integer.BYTES : length;
      if (end < 56 || end > PageFormat.PAGE - Integer.BYTES) {
        continue;
      }
      if (batch) {
        int bodyLength = bytes.getInt(page + 12);
        int body = page + length;
        if (bodyLength >= 0 && bodyLength <= file.length - body) {
          int crc =
              Recovery.checksum(
                  new CRC32C(), bytes.getInt(page + 52), bytes.slice(body, bodyLength));
          bytes.putInt(page + 56, crc);
        }
      }
      bytes.putInt(page + end, PageFormat.crc(bytes, page, page + end));
    }
  }

  static Stream<byte[]> identities() {
    byte[] whole = WRITTEN.copy().bytes(IDENTITY);
    byte[] first = Arrays.copyOf(whole, 60);
    // Found by this test: a whole copy too short to hold a store's id.
    byte[] tooShort = Arrays.copyOf(whole, 24);
    ByteBuffer.wrap(tooShort).putShort(10, (short) 12);
    return Seeds.around(List.of(first, Arrays.copyOf(whole, PageFormat.PAGE + 60), tooShort));
  }

  @MethodSource("identities")
  @FuzzTest
  void anIdentityOfAnyBytesWithTheirChecksums(byte[] bytes) throws IOException {
    FaultyFileSystem files = new FaultyFileSystem();
    files.createDirectories(DIRECTORY);
    ByteBuffer page = ByteBuffer.wrap(bytes);
    for (int copy = 0; copy + 12 <= bytes.length; copy += PageFormat.PAGE) {
      int end = page.getShort(copy + 10);
      if (end >= 12 && copy + end + Integer.BYTES <= bytes.length) {
        page.putInt(copy + end, PageFormat.crc(page, copy, copy + end));
      }
    }
    try (FileSystem.File file = files.create(IDENTITY)) {
      file.write(ByteBuffer.wrap(bytes), 0);
    }
    try {
      Identity read = Harmless.read(bytes.length, () -> Identity.read(files, DIRECTORY));
      assertThat(Identity.read(files, DIRECTORY)).isEqualTo(read);
    } catch (StorageException named) {
      assertThat(named).hasMessageContaining("/data");
    }
  }

  private static void opensOrSaysWhyNot(FaultyFileSystem files, boolean strict) {
    try {
      Harmless.read(
          files.bytes(SEGMENT).length,
          () -> {
            FaultyFileSystem tried = files.copy();
            goesOn(tried, strict);
            return tried;
          });
    } catch (StorageException named) {
      assertThat(named).hasMessageContaining("/data");
    }
  }

  /** What it has come to once, it comes to again. */
  private static void goesOn(FaultyFileSystem files, boolean strict) {
    Recovered before;
    try (Log log = Log.open(options(files).withStrict(strict))) {
      before = log.recovered();
      write(log, accepted(10, 1, "v10"));
    }
    Recovered after = Logs.reopen(options(files).withStrict(strict));
    assertThat(after.promised().compareTo(before.promised())).isGreaterThanOrEqualTo(0);
    assertThat(after.floor()).isGreaterThanOrEqualTo(before.floor());
    assertThat(after.chosen()).isGreaterThanOrEqualTo(before.chosen());
    List<Entry> kept =
        before.entries().stream()
            .filter(entry -> entry.slot() != 10 && !isUnknown(after, entry.slot()))
            .toList();
    assertThat(after.entries()).containsAll(kept);
  }

  /** Lost, and known to be lost: such a slot does not count as empty. */
  private static boolean isUnknown(Recovered recovered, long slot) {
    return recovered.unknown().stream().anyMatch(range -> range.contains(slot));
  }

  @Test
  void recordsAboutTheHighestSlots() {
    FaultyFileSystem files = new FaultyFileSystem();
    try (Log log = Log.open(options(files).withStrict(true))) {
      write(log, new Truncated(PageFormat.MAX_SLOT - 1), accepted(PageFormat.MAX_SLOT, 1, "v"));
    }
    Recovered recovered = Logs.reopen(options(files).withStrict(true));
    assertThat(recovered.entries()).hasSize(1);
    assertThat(recovered.floor()).isEqualTo(PageFormat.MAX_SLOT - 1);
  }
}
