package dev.synod.storage.file;

import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.storage.Store;
import dev.synod.storage.StoreListener;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFileSystemTest {
  private static final StoreListener DEAF =
      new StoreListener() {
        @Override
        public void durable(long lsn) {}

        @Override
        public void failed(StorageException cause) {
          throw cause;
        }
      };

  @TempDir Path directory;

  private StoreOptions options() {
    return StoreOptions.in(directory.resolve("deep/data"), "g", "a").withSegmentBytes(64 << 10);
  }

  @Test
  void onlyTheOwnerMayReadTheDirectoryAndItsFiles() throws IOException {
    try (Store store = Store.open(options(), DEAF)) {
      store.append(accepted(1, 1, "v"));
    }
    Path data = directory.resolve("deep/data");
    assertThat(Files.getPosixFilePermissions(data))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    try (Stream<Path> made = Files.list(data)) {
      assertThat(made.toList())
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(Files.getPosixFilePermissions(file))
                      .isEqualTo(PosixFilePermissions.fromString("rw-------")));
    }
  }

  @Test
  void aStoreOnRealFilesKeepsItsLogOverManySegments() {
    int slots = 300;
    try (Store store = Store.open(options(), DEAF)) {
      for (int slot = 1; slot <= slots; slot++) {
        store.append(accepted(slot, 1, "x".repeat(1500)));
        store.append(new Chosen(slot));
        store.append(new Truncated(Math.max(0, slot - 50)));
        if (slot % 10 == 0) {
          long appended = 3L * slot - 2;
          await().until(() -> store.durable() >= appended);
        }
      }
    }
    try (Store store = Store.open(options(), DEAF)) {
      Recovered recovered = store.recovered();
      assertThat(recovered.chosen()).isEqualTo(slots);
      assertThat(recovered.floor()).isEqualTo(slots - 50);
      assertThat(recovered.entries()).hasSize(50);
      assertThat(recovered.entries().get(0)).isEqualTo(entry(251, 1, "x".repeat(1500)));
      assertThat(recovered.unknown()).isEmpty();
    }
  }

  @Test
  void aSecondStoreInTheSameProcessIsRefused() {
    try (Store store = Store.open(options(), DEAF)) {
      assertThatThrownBy(() -> Store.open(options(), DEAF))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED));
      assertThat(store.append(accepted(1, 1, "v"))).isEqualTo(1);
    }
    Store.open(options(), DEAF).close();
  }

  @Test
  void aSecondProcessIsRefused() throws IOException, InterruptedException {
    try (Store store = Store.open(options(), DEAF)) {
      assertThat(store.storeId()).isNotEmpty();
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Opens.class.getName(),
                  directory.resolve("deep/data").toString())
              .redirectErrorStream(true)
              .start();
      String said =
          new String(
              other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said).contains("LOCKED");
    }
  }

  /** Opens a store in a process of its own. */
  static final class Opens {
    private Opens() {}

    public static void main(String[] arguments) {
      try {
        Store.open(StoreOptions.in(Path.of(arguments[0]), "g", "a"), DEAF).close();
        System.out.println("OPENED");
      } catch (StorageException e) {
        System.out.println(e.kind());
      }
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsRefusedByName() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    StoreOptions below = StoreOptions.in(file.resolve("data"), "g", "a");
    assertThatThrownBy(() -> Store.open(below, DEAF))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.kind()).isEqualTo(Kind.DIRECTORY_NOT_WRITABLE))
        .hasMessageContainingAll("file" + File.separator + "data", "cannot be created or written");
    assertThat(Files.readString(file)).isEqualTo("not a directory");
  }

  @Test
  void aStoreCanBeOpenedAgainAfterARefusal() throws IOException {
    Store.open(options(), DEAF).close();
    StoreOptions other =
        StoreOptions.in(directory.resolve("deep/data"), "g", "b").withSegmentBytes(64 << 10);
    assertThatThrownBy(() -> Store.open(other, DEAF)).isInstanceOf(StorageException.class);
    Store.open(options(), DEAF).close();
    assertThat(List.of(directory.resolve("deep/data/identity"))).allMatch(Files::exists);
  }
}
