package dev.synod.storage;

import static dev.synod.storage.Logs.DIRECTORY;
import static dev.synod.storage.Logs.accepted;
import static dev.synod.storage.Logs.options;
import static dev.synod.storage.Logs.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Entry;
import dev.synod.core.LogRecord.Chosen;
import dev.synod.core.LogRecord.Truncated;
import dev.synod.core.Recovered;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever stands in the files, a log opens or says why not. */
class LogFuzzTest {
  private static FaultyFileSystem written() {
    FaultyFileSystem files = new FaultyFileSystem();
    try (Log log = Log.open(options(files))) {
      for (int slot = 1; slot <= 9; slot++) {
        write(log, accepted(slot, 1, "v" + slot), new Chosen(slot - 1));
      }
    }
    return files;
  }

  private static void assertOpensOrSaysWhyNot(FaultyFileSystem files, boolean strict) {
    try (Log log = Log.open(options(files).withStrict(strict))) {
      for (Entry entry : log.recovered().entries()) {
        assertThat(entry.value()).isEqualTo(Logs.value("v" + entry.slot()));
      }
      log.write(List.of(accepted(10, 1, "v10")));
      log.force();
    } catch (StorageException named) {
      assertThat(named).hasMessageContaining("/data");
    }
  }

  @Property(tries = 300)
  void garbageAnywhereInAnyFile(
      @ForAll @IntRange(max = 5) int file,
      @ForAll @IntRange(max = 32767) int offset,
      @ForAll @Size(min = 1, max = 9000) byte[] garbage) {
    FaultyFileSystem files = written();
    Path path = files.paths().stream().sorted().toList().get(file % files.paths().size());
    byte[] bytes = files.bytes(path);
    int at = offset % bytes.length;
    System.arraycopy(garbage, 0, bytes, at, Math.min(garbage.length, bytes.length - at));
    assertOpensOrSaysWhyNot(files, false);
  }

  @Property(tries = 300)
  void aWholeHeaderThatTellsLies(
      @ForAll @IntRange(max = 5) int page,
      @ForAll long number,
      @ForAll int bodyLength,
      @ForAll int records,
      @ForAll long top,
      @ForAll boolean strict) {
    FaultyFileSystem files = written();
    int at = Format.SEGMENT_HEADER + page * Format.PAGE;
    ByteBuffer bytes = ByteBuffer.wrap(files.bytes(DIRECTORY.resolve(Segment.name(1))));
    ByteBuffer identity = ByteBuffer.wrap(files.bytes(DIRECTORY.resolve(Identity.FILE)));
    UUID storeId = new UUID(identity.getLong(12), identity.getLong(20));
    long mark = new Identity("g", "a", storeId).mark();
    Marks marks = new Marks(Logs.ballot(1), Logs.ballot(1), top, top, top);
    ByteBuffer body = bytes.slice(at + 200, Math.min(Math.max(bodyLength, 0), 1000));
    int crc = Recovery.checksum(new CRC32C(), 7, body);
    new BatchHeader(mark, 1, at, number, bodyLength, records, 7, crc, null, null, marks)
        .write(bytes.position(at), BatchHeader.BATCH);
    assertOpensOrSaysWhyNot(files, strict);
  }

  @Example
  void recordsAboutTheHighestSlots() {
    FaultyFileSystem files = new FaultyFileSystem();
    try (Log log = Log.open(options(files).withStrict(true))) {
      write(log, new Truncated(Format.MAX_SLOT - 1), accepted(Format.MAX_SLOT, 1, "v"));
    }
    Recovered recovered = Logs.reopen(options(files).withStrict(true));
    assertThat(recovered.entries()).hasSize(1);
    assertThat(recovered.floor()).isEqualTo(Format.MAX_SLOT - 1);
  }
}
