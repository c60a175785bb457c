package dev.synod.storage;

import static dev.synod.storage.log.Logs.DIRECTORY;
import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.options;
import static dev.synod.storage.log.Logs.reopen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.file.StorageException.Kind;
import dev.synod.storage.log.Logs;
import dev.synod.storage.log.Segment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupCommitTest {
  private final FaultyFileSystem files = new FaultyFileSystem();
  private final Heard heard = new Heard();

  @BeforeAll
  static void pollOften() {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }

  @AfterAll
  static void pollAsUsual() {
    Awaitility.reset();
  }

  /** Writes down what the store tells. */
  private static final class Heard implements StoreListener {
    final List<Long> durable = new CopyOnWriteArrayList<>();
    final List<StorageException> failures = new CopyOnWriteArrayList<>();

    @Override
    public void durable(long lsn) {
      durable.add(lsn);
    }

    @Override
    public void failed(StorageException cause) {
      failures.add(cause);
    }
  }

  /** A gate that the next forces wait at. */
  private CountDownLatch holdForces() {
    CountDownLatch gate = new CountDownLatch(1);
    files.beforeForce(
        () -> {
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("the store's thread was interrupted", e);
          }
        });
    return gate;
  }

  @Test
  void everyAppendedRecordBecomesDurableAndIsThereAfterReopening() {
    int records = 5000;
    try (Store store = Store.open(options(files), heard)) {
      for (int slot = 1; slot <= records; slot++) {
        assertThat(store.append(accepted(slot, 1, "v" + slot))).isEqualTo(slot);
      }
      await().until(() -> store.durable() == records);
      assertThat(store.pendingBytes()).isZero();
    }
    assertThat(heard.durable).isSorted().doesNotHaveDuplicates().endsWith((long) records);
    assertThat(heard.failures).isEmpty();
    Recovered recovered = reopen(options(files));
    assertThat(recovered.entries()).hasSize(records);
    assertThat(recovered.entries().get(records - 1))
        .isEqualTo(Logs.entry(records, 1, "v" + records));
  }

  @Test
  void whatArrivesDuringAForceComesOutWithOneForce() {
    try (Store store = Store.open(options(files).withSegmentBytes(1 << 20), heard)) {
      await().until(() -> files.paths().contains(DIRECTORY.resolve(Segment.name(2))));
      CountDownLatch gate = holdForces();
      int forces = files.forces();
      int writes = files.writes();
      store.append(accepted(1, 1, "first"));
      await().until(() -> files.writes() == writes + 1);
      for (int slot = 2; slot <= 101; slot++) {
        store.append(accepted(slot, 1, "waits"));
      }
      assertThat(store.durable()).isZero();
      assertThat(store.pendingBytes()).isPositive();
      gate.countDown();
      await().until(() -> store.durable() == 101);
      assertThat(heard.durable).containsExactly(1L, 101L);
      assertThat(files.forces() - forces).isEqualTo(2);
      assertThat(files.writes() - writes).isEqualTo(2);
    }
  }

  @Test
  void aRecordThatIsNotAwaitedIsWrittenWithTheNextAwaitedOne() {
    try (Store store = GroupCommit.open(options(files), heard, Long.MAX_VALUE / 2)) {
      store.append(accepted(1, 1, "v"));
      await().until(() -> store.durable() == 1);
      store.append(new Chosen(1));
      store.append(accepted(2, 1, "v"));
      await().until(() -> store.durable() == 3);
      assertThat(heard.durable).containsExactly(1L, 3L);
    }
  }

  @Test
  void aRecordThatIsNotAwaitedIsWrittenEventually() {
    try (Store store = Store.open(options(files), heard)) {
      store.append(new Chosen(0));
      await().until(() -> store.durable() == 1);
      assertThat(heard.durable).containsExactly(1L);
    }
  }

  @Test
  void recordsThatAreNotAwaitedDoNotAccumulate() {
    try (Store store = Store.open(options(files).withSegmentBytes(1 << 20), heard)) {
      for (int slot = 1; slot <= 40; slot++) {
        store.append(Logs.learned(slot, 1, "x".repeat(100_000)));
      }
      await().until(() -> store.pendingBytes() < 1_500_000);
    }
    assertThat(reopen(options(files)).entries()).hasSize(40);
  }

  @Test
  void closeWritesWhatWaits() {
    Store store = Store.open(options(files), heard);
    store.append(accepted(1, 1, "v"));
    store.append(new Chosen(1));
    store.close();
    store.close();
    assertThat(store.durable()).isEqualTo(2);
    assertThat(reopen(options(files)).chosen()).isEqualTo(1);
    assertThatThrownBy(() -> store.append(new Chosen(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void theListenerMayCloseTheStore() {
    CompletableFuture<Store> opened = new CompletableFuture<>();
    AtomicBoolean closed = new AtomicBoolean();
    StoreListener closes =
        new StoreListener() {
          @Override
          public void durable(long lsn) {
            opened.join().close();
            closed.set(true);
          }

          @Override
          public void failed(StorageException cause) {
            heard.failed(cause);
          }
        };
    Store store = Store.open(options(files), closes);
    opened.complete(store);
    store.append(accepted(1, 1, "v"));
    await().untilTrue(closed);
    assertThat(reopen(options(files)).entries()).hasSize(1);
    assertThat(heard.failures).isEmpty();
  }

  @Test
  void aFailedForceStopsTheStoreForGood() {
    Store store = Store.open(options(files), heard);
    store.append(accepted(1, 1, "durable"));
    await().until(() -> store.durable() == 1);
    await().until(() -> files.paths().contains(DIRECTORY.resolve(Segment.name(2))));
    files.failForceAt(files.forces() + 1);
    store.append(accepted(2, 1, "lost"));
    await().until(() -> !heard.failures.isEmpty());
    int forces = files.forces();
    int writes = files.writes();
    assertThat(store.append(accepted(3, 1, "ignored"))).isEqualTo(3);
    assertThat(store.append(accepted(4, 1, "ignored"))).isEqualTo(4);
    store.close();
    assertThat(files.writes()).isEqualTo(writes);
    assertThat(files.forces()).isEqualTo(forces);
    assertThat(store.durable()).isEqualTo(1);
    assertThat(heard.durable).containsExactly(1L);
    assertThat(heard.failures).hasSize(1);
    assertThat(heard.failures.get(0).kind()).isEqualTo(Kind.IO);
    assertThat(heard.failures.get(0)).hasMessageContainingAll("cannot force", "/data");
  }

  @Test
  void aFullDiskStopsTheStoreAndSaysHowMuchItNeeds() {
    try (Store store = Store.open(options(files), heard)) {
      files.capacity(4 * Logs.SEGMENT);
      for (int slot = 1; slot <= 30; slot++) {
        store.append(accepted(slot, 1, "x".repeat(3000)));
        int appended = slot;
        await().until(() -> store.durable() == appended || !heard.failures.isEmpty());
      }
    }
    assertThat(heard.failures).hasSize(1);
    StorageException failure = heard.failures.get(0);
    assertThat(failure.kind()).isEqualTo(Kind.DISK_FULL);
    assertThat(failure).hasMessageContainingAll("needs 32768 bytes", "are available");
    long durable = heard.durable.get(heard.durable.size() - 1);
    files.capacity(Long.MAX_VALUE);
    assertThat(reopen(options(files)).entries()).hasSizeGreaterThanOrEqualTo((int) durable);
  }

  @Test
  void anErrorOfTheListenerDoesNotStopTheStore() {
    StoreListener throwing =
        new StoreListener() {
          @Override
          public void durable(long lsn) {
            heard.durable(lsn);
            throw new IllegalStateException("the listener's own fault");
          }

          @Override
          public void failed(StorageException cause) {
            heard.failed(cause);
          }
        };
    try (Store store = Store.open(options(files), throwing)) {
      store.append(accepted(1, 1, "v"));
      await().until(() -> store.durable() == 1);
      store.append(accepted(2, 1, "v"));
      await().until(() -> store.durable() == 2);
    }
    assertThat(heard.failures).isEmpty();
  }

  @Test
  void aRecordThatCannotBeStoredIsRefusedAndCountsForNothing() {
    try (Store store = Store.open(options(files), heard)) {
      assertThatThrownBy(() -> store.append(new Chosen(-1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(store.append(accepted(1, 1, "v"))).isEqualTo(1);
      await().until(() -> store.durable() == 1);
    }
  }

  @Test
  void segmentsAreRecycledWhileTheStoreRuns() {
    int slots = 600;
    try (Store store = Store.open(options(files), heard)) {
      for (int slot = 1; slot <= slots; slot++) {
        store.append(accepted(slot, 1, "x".repeat(2000)));
        store.append(new Chosen(slot));
        store.append(new Truncated(Math.max(0, slot - 3)));
        if (slot % 20 == 0) {
          long appended = 3L * slot - 2;
          await().until(() -> store.durable() >= appended);
        }
      }
    }
    assertThat(files.paths()).hasSizeLessThan(20);
    Recovered recovered = reopen(options(files));
    assertThat(recovered.chosen()).isEqualTo(slots);
    assertThat(recovered.entries()).hasSize(3);
    assertThat(recovered.unknown()).isEmpty();
  }
}
