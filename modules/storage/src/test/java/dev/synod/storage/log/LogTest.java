package dev.synod.storage.log;

import static dev.synod.storage.log.Logs.DIRECTORY;
import static dev.synod.storage.log.Logs.SEGMENT;
import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.ballot;
import static dev.synod.storage.log.Logs.entry;
import static dev.synod.storage.log.Logs.learned;
import static dev.synod.storage.log.Logs.options;
import static dev.synod.storage.log.Logs.reopen;
import static dev.synod.storage.log.Logs.value;
import static dev.synod.storage.log.Logs.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Campaigned;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.EpochBegan;
import dev.synod.core.message.LogRecord.Met;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.core.message.SlotRange;
import dev.synod.quorum.QuorumSystem;
import dev.synod.storage.FaultyFileSystem;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogTest {
  private final FaultyFileSystem files = new FaultyFileSystem();

  @Test
  void aNewLogIsEmptyAndKeepsItsStoreId() {
    String storeId;
    try (Log log = Log.open(options(files))) {
      assertThat(log.recovered()).isEqualTo(Recovered.NOTHING);
      storeId = log.storeId();
    }
    try (Log log = Log.open(options(files))) {
      assertThat(log.recovered()).isEqualTo(Recovered.NOTHING);
      assertThat(log.storeId()).isEqualTo(storeId);
    }
  }

  @Test
  void aReopenedLogHoldsWhatWasWritten() {
    try (Log log = Log.open(options(files))) {
      write(log, new Campaigned(ballot(3)), new Promised(new Ballot(4, "bücher")));
      write(log, accepted(1, 5, "x"), accepted(2, 5, "y"), accepted(4, 5, "z"));
      write(log, new Chosen(2), learned(3, 5, "w"));
    }
    assertThat(reopen(options(files)))
        .isEqualTo(
            new Recovered(
                ballot(5),
                ballot(3),
                0,
                2,
                List.of(entry(1, 5, "x"), entry(2, 5, "y"), entry(3, 5, "w"), entry(4, 5, "z")),
                List.of()));
  }

  @Test
  void theLogGoesOnWhereItStoppedOverManyRunsAndSegments() {
    int runs = 30;
    for (int run = 1; run <= runs; run++) {
      try (Log log = Log.open(options(files))) {
        assertThat(log.recovered().entries()).hasSize(run - 1);
        write(log, accepted(run, run, "of run " + run));
      }
    }
    assertThat(files.paths()).hasSizeGreaterThan(6);
    Recovered recovered = reopen(options(files));
    for (int run = 1; run <= runs; run++) {
      assertThat(recovered.entries().get(run - 1)).isEqualTo(entry(run, run, "of run " + run));
    }
    assertThat(recovered.promised()).isEqualTo(ballot(runs));
  }

  @Test
  void aDiskThatWasFullWhenASegmentWasPreparedDoesNotStopTheLogLater() {
    files.capacity(3 * SEGMENT / 2); // room for the first segment
    try (Log log = Log.open(options(files))) {
      await().until(() -> files.refusals() > 0);
      files.capacity(Long.MAX_VALUE);
      for (int slot = 1; slot <= 100; slot++) {
        write(log, new Accepted(new Entry(slot, ballot(1), value((int) SEGMENT / 10))));
      }
    }
    assertThat(files.paths()).hasSizeGreaterThan(6);
    assertThat(reopen(options(files)).entries()).hasSize(100);
  }

  @Test
  void aBatchLargerThanASegmentGetsOneThatGrows() {
    Entry large = new Entry(2, ballot(1), value(100_000));
    try (Log log = Log.open(options(files))) {
      write(log, accepted(1, 1, "small"));
      write(log, new Accepted(large));
      write(log, accepted(3, 1, "small"));
    }
    assertThat(reopen(options(files)).entries())
        .containsExactly(entry(1, 1, "small"), large, entry(3, 1, "small"));
  }

  @Test
  void recycledSegmentsKeepTheFilesFewAndNeverShowWhatTheyHeldBefore() {
    long slot = 0;
    for (int run = 0; run < 40; run++) {
      try (Log log = Log.open(options(files))) {
        for (int i = 0; i < 10; i++) {
          slot++;
          write(log, accepted(slot, 1, "v" + slot));
          write(log, new Chosen(slot), new Truncated(Math.max(0, slot - 5)));
        }
      }
      Recovered recovered = reopen(options(files));
      assertThat(recovered.floor()).isEqualTo(slot - 5);
      assertThat(recovered.chosen()).isEqualTo(slot);
      assertThat(recovered.unknown()).isEmpty();
      assertThat(recovered.entries()).hasSize(5);
      for (Entry entry : recovered.entries()) {
        assertThat(entry).isEqualTo(entry(entry.slot(), 1, "v" + entry.slot()));
      }
    }
    assertThat(files.paths()).hasSizeLessThan(15);
  }

  @Test
  void aPromiseOutlivesTheSegmentItWasWrittenIn() {
    try (Log log = Log.open(options(files))) {
      write(log, new Promised(ballot(9)), new Campaigned(ballot(8)));
      for (int slot = 1; slot <= 60; slot++) {
        write(log, accepted(slot, 1, "v"), new Chosen(slot), new Truncated(slot - 1));
      }
    }
    Path first = DIRECTORY.resolve(Segment.name(1));
    assertThat(files.paths()).doesNotContain(first);
    Recovered recovered = reopen(options(files));
    assertThat(recovered.promised()).isEqualTo(ballot(9));
    assertThat(recovered.campaigned()).isEqualTo(ballot(8));
  }

  @Test
  void whatACutWritesAgainOutlivesTheSegment_alsoIfNothingInItIsAboveTheFloor() {
    Epoch epoch = new Epoch(6, 1, "a");
    Incarnation incarnation = new Incarnation(7, 2, 72);
    for (int cut = 1; cut <= 3; cut++) {
      try (Log log = Log.open(options(files))) {
        write(log, accepted(cut, 1, "v"), new Chosen(cut));
        write(log, new EpochBegan(epoch), new Met("b", incarnation), new Truncated(cut));
        for (int round = 1; round <= 60; round++) {
          write(log, new Promised(ballot(100 * cut + round)));
        }
        write(log, new Met("c", incarnation));
        for (int round = 61; round <= 99; round++) {
          write(log, new Promised(ballot(100 * cut + round)));
        }
      }
      for (int start = 0; start < 2; start++) {
        Recovered recovered = reopen(options(files));
        assertThat(recovered.floor()).isEqualTo(cut);
        assertThat(recovered.past().epoch()).isEqualTo(epoch);
        assertThat(recovered.past().met()).containsOnlyKeys("b", "c");
      }
    }
    assertThat(files.paths()).doesNotContain(DIRECTORY.resolve(Segment.name(1)));
  }

  @Test
  void aCutKeepsWhatWasWrittenOfTheIdentityBefore() {
    LogRecord.Initialized group =
        new LogRecord.Initialized(8, Configuration.first(QuorumSystem.majority(List.of("a", "b"))));
    Incarnation incarnation = new Incarnation(7, 2, 72);
    try (Log log = Log.open(options(files))) {
      write(log, new LogRecord.Pledged(7));
      write(log, new Met("b", incarnation), new EpochBegan(Epoch.first(6)), group);
      for (int slot = 1; slot <= 60; slot++) {
        write(log, accepted(slot, 1, "v"), new Chosen(slot), new Truncated(slot - 1));
      }
    }
    assertThat(files.paths()).doesNotContain(DIRECTORY.resolve(Segment.name(1)));
    Recovered recovered = reopen(options(files));
    assertThat(recovered.initialized()).isEqualTo(group);
    assertThat(recovered.past().epoch()).isEqualTo(Epoch.first(6));
    assertThat(recovered.past().met()).containsEntry("b", incarnation);
  }

  @Test
  void aDirectoryOfAnEarlierVersionHasTheBirthOfItsConfiguration() {
    LogRecord.Initialized group =
        new LogRecord.Initialized(8, Configuration.first(QuorumSystem.majority(List.of("a", "b"))));
    try (Log log = Log.open(options(files))) {
      write(log, group);
    }
    Epoch epoch = reopen(options(files)).past().epoch();
    assertThat(epoch.birth()).isNotZero();
    assertThat(epoch.number()).isZero();
    FaultyFileSystem other = new FaultyFileSystem();
    try (Log log = Log.open(options(other))) {
      write(log, group);
    }
    assertThat(reopen(options(other)).past().epoch()).isEqualTo(epoch);
  }

  @Test
  void aSegmentThatIsGoneIsNamedUnknown() {
    try (Log log = Log.open(options(files))) {
      for (int slot = 1; slot <= 20; slot++) {
        write(log, accepted(slot, slot, "v"));
      }
    }
    files.remove(DIRECTORY.resolve(Segment.name(1)));
    Recovered recovered = reopen(options(files));
    assertThat(recovered.promised()).isEqualTo(ballot(20));
    long first = recovered.entries().get(0).slot();
    assertThat(first).isGreaterThan(1);
    assertThat(recovered.unknown()).containsExactly(new SlotRange(1, first - 1));
  }

  @Test
  void aJumpOverVeryManySlotsIsAnnounced() {
    try (Log log = Log.open(options(files))) {
      int writes = files.writes();
      write(log, accepted(1, 1, "v"));
      write(log, new Truncated(5_000_000), learned(5_000_001, 1, "v"));
      assertThat(files.writes() - writes).isEqualTo(3);
    }
    Recovered recovered = reopen(options(files));
    assertThat(recovered.floor()).isEqualTo(5_000_000);
    assertThat(recovered.entries()).containsExactly(entry(5_000_001, 1, "v"));
  }

  @Test
  void pageCacheNeverForcesABatch() {
    StoreOptions options = options(files).withDurability(Durability.PAGE_CACHE);
    try (Log log = Log.open(options)) {
      int forces = files.forces();
      write(log, accepted(1, 1, "v"));
      assertThat(files.forces()).isEqualTo(forces);
    }
    assertThat(reopen(options).entries()).containsExactly(entry(1, 1, "v"));
  }

  @Test
  void aMisdirectedWriteIsNeverTakenForWhatItIsNot() {
    for (int write = 1; write <= 4; write++) {
      FaultyFileSystem disk = new FaultyFileSystem();
      try (Log log = Log.open(options(disk))) {
        write(log, accepted(1, 1, "v1"));
        disk.misdirectWrite(disk.writes() + write, -PageFormat.PAGE);
        for (int slot = 2; slot <= 4; slot++) {
          write(log, accepted(slot, 1, "v" + slot));
        }
        write(log, accepted(5, 1, "v5"), accepted(1, 2, "v1"));
        write(log, new Promised(ballot(3)));
      }
      Recovered recovered = reopen(options(disk));
      assertThat(recovered.promised()).isEqualTo(ballot(3));
      assertThat(recovered.unknown()).isNotEmpty();
      for (int slot = 1; slot <= 5; slot++) {
        int wanted = slot;
        boolean unknown = recovered.unknown().stream().anyMatch(range -> range.contains(wanted));
        boolean held = recovered.entries().stream().anyMatch(entry -> entry.slot() == wanted);
        assertThat(unknown ^ held).isTrue();
      }
      for (Entry entry : recovered.entries()) {
        assertThat(entry.value()).isEqualTo(value("v" + entry.slot()));
      }
    }
  }

  @Test
  void aSegmentHoldsItsFullLength() {
    try (Log log = Log.open(options(files))) {
      write(log, accepted(1, 1, "v"));
    }
    assertThat(files.bytes(DIRECTORY.resolve(Segment.name(1)))).hasSize((int) SEGMENT);
    assertThat(files.bytes(DIRECTORY.resolve(Segment.name(2)))).hasSize((int) SEGMENT);
  }

  @Test
  void afterAFailedForceNothingIsWrittenOrForcedAnyMore() {
    try (Log log = Log.open(options(files))) {
      write(log, accepted(1, 1, "v"));
      files.failForceAt(files.forces() + 1);
      log.write(List.of(accepted(2, 1, "lost")));
      assertThatThrownBy(log::force).isInstanceOf(StorageException.class);
      int operations = files.operations();
      assertThatThrownBy(log::force)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("cannot force");
      assertThatThrownBy(() -> log.write(List.of(accepted(3, 1, "w"))))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("cannot force");
      assertThat(files.operations()).isEqualTo(operations);
    }
  }

  @Test
  void aDroppedWriteIsNotBroughtBackByALaterTornOneOfTheSameValue() {
    Path first = DIRECTORY.resolve(Segment.name(1));
    try (Log log = Log.open(options(files))) {
      write(log, accepted(1, 1, "v"));
      write(log, accepted(2, 1, "w".repeat(5000)));
    }
    int bodyPage = PageFormat.SEGMENT_HEADER + 2 * PageFormat.PAGE;
    files.flip(first, bodyPage, 1);
    assertThat(reopen(options(files)).entries()).containsExactly(entry(1, 1, "v"));
    files.flip(first, bodyPage, 1);
    assertThat(reopen(options(files)).entries()).containsExactly(entry(1, 1, "v"));
  }

  @Test
  void anOldBatchInTheNumberAndPlaceOfALostOneIsNotTakenForIt() {
    Path first = DIRECTORY.resolve(Segment.name(1));
    try (Log log = Log.open(options(files))) {
      write(log, accepted(1, 1, "v"));
    }
    FaultyFileSystem past = files.copy();
    try (Log log = Log.open(options(past))) {
      write(log, accepted(2, 1, "ghost"));
    }
    try (Log log = Log.open(options(files))) {
      write(log, accepted(2, 2, "real"));
      write(log, accepted(3, 2, "next"));
    }
    int second = PageFormat.SEGMENT_HEADER + PageFormat.PAGE;
    System.arraycopy(past.bytes(first), second, files.bytes(first), second, PageFormat.PAGE);
    Recovered recovered = reopen(options(files));
    assertThat(recovered.entries()).containsExactly(entry(1, 1, "v"), entry(3, 2, "next"));
    assertThat(recovered.unknown()).containsExactly(new SlotRange(2, 2));
  }
}
