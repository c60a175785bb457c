package dev.synod.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Snapshot;
import dev.synod.core.message.LogRecord;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotDirectoryTest {
  @TempDir private Path directory;

  private Log open() {
    return Log.open(StoreOptions.in(directory, "g", "a").withSegmentBytes(32 << 10));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static Snapshot take(Log log, long slot, byte[] state) throws IOException {
    SnapshotStore.Draft draft = log.snapshots().draft(slot);
    try (OutputStream out = draft.out()) {
      out.write(state, 0, state.length / 2);
      out.write(state, state.length / 2, state.length - state.length / 2);
    }
    return draft.publish();
  }

  private Path file(Snapshot snapshot) {
    return directory.resolve(String.format(Locale.ROOT, "%019d.snapshot", snapshot.slot()));
  }

  private static void cut(Log log, long floor) {
    log.write(List.of(new LogRecord.Truncated(floor)));
    log.force();
  }

  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer octet = ByteBuffer.allocate(1);
      channel.read(octet, at);
      octet.put(0, (byte) (octet.get(0) ^ 1)).flip();
      channel.write(octet, at);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_535, 65_536, 65_537, 300_000})
  void whatWasPublishedIsReadAgain_wholeAndInPieces(int length) throws IOException {
    byte[] state = bytes(length);
    Snapshot taken;
    try (Log log = open()) {
      taken = take(log, 7, state);
      assertThat(taken.length()).isEqualTo(length);
    }
    try (Log log = open()) {
      assertThat(log.snapshots().newest()).isEqualTo(taken);
      try (InputStream in = log.snapshots().read(taken)) {
        assertThat(in.readAllBytes()).isEqualTo(state);
      }
      for (int at = 0; at < length; at += 50_000) {
        int some = Math.min(50_000, length - at);
        assertThat(log.snapshots().read(taken, at, some))
            .isEqualTo(Arrays.copyOfRange(state, at, at + some));
      }
      assertThat(log.snapshots().read(taken, 0, length + 1)).isEmpty();
      assertThat(log.snapshots().read(new Snapshot(7, length, 0), 0, 1)).isEmpty();
    }
  }

  @Test
  void piecesComeInAnyOrder_andAreNothingUnlessTheyAreTheSnapshotThatWasExpected()
      throws IOException {
    byte[] state = bytes(100_000);
    try (Log log = open()) {
      Snapshot expected = take(log, 7, state);
      log.snapshots().drop(expected);
      SnapshotStore.Draft draft = log.snapshots().draft(7);
      draft.write(60_000, Arrays.copyOfRange(state, 60_000, 100_000));
      assertThat(draft.publish(expected)).isFalse();
      assertThat(log.snapshots().newest()).isNull();

      draft = log.snapshots().draft(7);
      draft.write(60_000, Arrays.copyOfRange(state, 60_000, 100_000));
      draft.write(0, Arrays.copyOfRange(state, 0, 60_000));
      assertThat(draft.publish(expected)).isTrue();
      assertThat(log.snapshots().newest()).isEqualTo(expected);
    }
  }

  @Test
  void aDraftIsForgotten_andOldSnapshotsAreDeletedAtTheNextStart() throws IOException {
    Snapshot newer;
    try (Log log = open()) {
      take(log, 7, bytes(10));
      newer = take(log, 9, bytes(10));
      log.snapshots().draft(11).write(0, bytes(10));
    }
    try (Log log = open()) {
      assertThat(log.snapshots().newest()).isEqualTo(newer);
      try (var names = Files.list(directory)) {
        assertThat(names.map(path -> path.getFileName().toString()))
            .filteredOn(name -> name.contains("snapshot"))
            .containsExactly(file(newer).getFileName().toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 4096, 70_000, 104_100})
  void whateverBitOfItFlips_itIsNotASnapshotAnyMore(int at) throws IOException {
    Snapshot older;
    Snapshot newer;
    try (Log log = open()) {
      older = take(log, 7, bytes(100_000));
      newer = take(log, 9, bytes(100_000));
    }
    flip(file(newer), at);
    try (Log log = open()) {
      assertThat(log.snapshots().newest()).isEqualTo(older);
      assertThat(file(newer)).doesNotExist();
    }
  }

  @Test
  void aBlockThatRotsWhileTheMemberRunsIsNotGivenAway() throws IOException {
    try (Log log = open()) {
      Snapshot taken = take(log, 7, bytes(200_000));
      flip(file(taken), 4096 + 70_000);
      assertThat(log.snapshots().read(taken, 0, 48 << 10)).hasSize(48 << 10);
      assertThat(log.snapshots().read(taken, 48 << 10, 48 << 10)).isEmpty();
      try (InputStream in = log.snapshots().read(taken)) {
        assertThatThrownBy(in::readAllBytes)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("is damaged");
      }
    }
  }

  @Test
  void aSnapshotThatDoesNotReachTheFloorIsOfNoUse() throws IOException {
    try (Log log = open()) {
      take(log, 7, bytes(10));
      cut(log, 8);
    }
    try (Log log = open()) {
      assertThat(log.recovered().floor()).isEqualTo(8);
      assertThat(log.snapshots().newest()).isNull();
    }
  }

  @Test
  void aSnapshotOfAnotherGroupOrVersionIsRefused() throws IOException {
    Snapshot taken;
    try (Log log = open()) {
      taken = take(log, 7, bytes(10));
    }
    Path other = directory.resolve("other");
    Log.open(StoreOptions.in(other, "h", "a").withSegmentBytes(32 << 10)).close();
    Files.copy(file(taken), other.resolve(file(taken).getFileName()));
    assertThatThrownBy(() -> Log.open(StoreOptions.in(other, "h", "a").withSegmentBytes(32 << 10)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is a snapshot of group g, not of group h");
  }
}
