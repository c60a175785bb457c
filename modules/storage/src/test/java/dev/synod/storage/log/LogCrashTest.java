package dev.synod.storage.log;

import static dev.synod.storage.log.Logs.accepted;
import static dev.synod.storage.log.Logs.ballot;
import static dev.synod.storage.log.Logs.options;
import static dev.synod.storage.log.Logs.reopen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.storage.FaultyFileSystem;
import dev.synod.storage.file.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The power goes at every write, force and rename in turn, and takes unforced bytes with it. */
class LogCrashTest {
  private static final int BATCHES = 40;

  private static List<LogRecord> batch(int number) {
    List<LogRecord> records = new ArrayList<>();
    if (number % 5 == 0) {
      records.add(new Promised(ballot(number)));
    }
    records.add(accepted(number, 1, "value " + number + "x".repeat(number * 97 % 6000)));
    if (number > 8) {
      records.add(new Chosen(number - 4));
      records.add(new Truncated(number - 8));
    }
    return records;
  }

  private static Recovered prefix(int batches) {
    List<List<LogRecord>> written = new ArrayList<>();
    for (int number = 1; number <= batches; number++) {
      written.add(batch(number));
    }
    return Logs.replay(written);
  }

  /** Writes on from where the log stands; returns the last batch that was confirmed. */
  private static int writeOn(FaultyFileSystem files, boolean strict, int from, int to) {
    int confirmed = from;
    try (Log log = Log.open(options(files).withStrict(strict))) {
      for (int number = from + 1; number <= to; number++) {
        log.write(batch(number));
        log.force();
        confirmed = number;
      }
    } catch (StorageException powerCut) {
      assertThat(powerCut).hasRootCauseInstanceOf(FaultyFileSystem.PowerCut.class);
    }
    return confirmed;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasConfirmedIsThereAfterAPowerCutAtAnyMoment(boolean strict) {
    FaultyFileSystem whole = new FaultyFileSystem();
    writeOn(whole, strict, 0, BATCHES);
    int torn = 0;
    for (int moment = 1; moment <= whole.operations(); moment++) {
      for (int seed = 0; seed < 4; seed++) {
        Random random = new Random(moment * 31L + seed);
        FaultyFileSystem files = new FaultyFileSystem();
        files.crashAt(moment);
        int confirmed = writeOn(files, strict, 0, BATCHES);
        FaultyFileSystem after = files.afterPowerCut(random);
        // A second cut, in the middle of recovering from the first.
        after.crashAt(1 + random.nextInt(12));
        writeOn(after, strict, confirmed, confirmed);
        after = after.afterPowerCut(random);

        Recovered recovered = reopen(options(after).withStrict(strict));
        Recovered least = prefix(confirmed);
        Recovered most = prefix(Math.min(confirmed + 1, BATCHES));
        if (recovered.unknown().isEmpty()) {
          assertThat(withBallots(recovered, most)).isIn(withBallots(least, most), most);
        } else {
          assertThat(strict).isTrue();
          torn++;
          assertThat(recovered.entries())
              .allMatch(e -> least.entries().contains(e) || most.entries().contains(e));
          for (Entry entry : least.entries()) {
            boolean unknown =
                recovered.unknown().stream().anyMatch(range -> range.contains(entry.slot()));
            assertThat(unknown || recovered.entries().contains(entry)).isTrue();
          }
        }
        assertThat(recovered.promised()).isBetween(least.promised(), most.promised());

        int last = (int) recovered.entries().stream().mapToLong(Entry::slot).max().orElse(0);
        if (last > 0 && last < BATCHES - 8) {
          writeOn(after, strict, last, BATCHES);
          Recovered end = reopen(options(after).withStrict(strict));
          assertThat(end.promised()).isEqualTo(ballot(BATCHES));
          assertThat(end.floor()).isEqualTo(BATCHES - 8);
          assertThat(end.entries()).isEqualTo(prefix(BATCHES).entries());
          assertThat(end.unknown()).allMatch(range -> range.first() > BATCHES);
        }
      }
    }
    assertThat(torn > 0).isEqualTo(strict);
  }

  private static Recovered withBallots(Recovered recovered, Recovered ballots) {
    return new Recovered(
        ballots.promised(),
        ballots.campaigned(),
        recovered.floor(),
        recovered.chosen(),
        recovered.entries(),
        recovered.unknown());
  }
}
