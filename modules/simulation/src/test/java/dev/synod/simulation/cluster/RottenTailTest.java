package dev.synod.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Value;
import dev.synod.simulation.disk.SimulatedFiles;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.log.Log;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RottenTailTest {
  /**
   * Found by the swarm as a promise that a member forgot: the last batch, a promise without slots,
   * rots; the first start finds the promise in what is left of it, and clears that away; a crash
   * before the next write, and the second start finds nothing.
   */
  @Test
  void aPromiseThatWasSavedFromARottenTailIsStillThereAfterTheNextCrash() {
    SplittableRandom random = new SplittableRandom(1);
    Ballot promised = new Ballot(5, "b");
    for (int run = 0; run < 500; run++) {
      SimulatedFiles files = new SimulatedFiles();
      StoreOptions options =
          StoreOptions.in(Path.of("/store"), "g", "a")
              .withSegmentBytes(32 << 10)
              .withStrict(true)
              .withFiles(files);
      Log log = Log.open(options);
      log.write(List.of(new LogRecord.Accepted(new Entry(1, new Ballot(1, "b"), Value.noOp(1)))));
      log.force();
      log.write(List.of(new LogRecord.Promised(promised)));
      log.force();
      files.crash(random, true);
      files.rot(random);

      assertThat(Log.open(options).recovered().promised()).isEqualTo(promised);
      files.crash(random, true);
      assertThat(Log.open(options).recovered().promised()).isEqualTo(promised);
    }
  }

  /**
   * Found by the swarm (seed 3077080 of its day) as a promise that a member forgot: a crash tears
   * the last batch, whose header survives; the start takes the promise in it for its own, as it
   * may, and answers with it, for which nothing has to be written any more; and clears the torn
   * batch away. The next crash, and the promise is nowhere.
   */
  @Test
  void aPromiseThatWasReadFromATornBatchIsStillThereAfterTheNextCrash() {
    SplittableRandom random = new SplittableRandom(1);
    Ballot promised = new Ballot(5, "b");
    int torn = 0;
    for (int run = 0; run < 500; run++) {
      SimulatedFiles files = new SimulatedFiles();
      StoreOptions options =
          StoreOptions.in(Path.of("/store"), "g", "a").withSegmentBytes(64 << 10).withFiles(files);
      Log log = Log.open(options);
      log.write(List.of(new LogRecord.Accepted(new Entry(1, new Ballot(1, "b"), Value.noOp(1)))));
      log.force();
      byte[] payload = new byte[12_000];
      random.nextBytes(payload);
      Value large = new Value.Builder().add(new Command(1, 1, 0, payload)).build(1);
      log.write(
          List.of(
              new LogRecord.Promised(promised),
              new LogRecord.Accepted(new Entry(2, promised, large))));
      files.crash(random, false);

      Recovered first = Log.open(options).recovered();
      if (first.promised().equals(promised) && first.entries().size() == 1) {
        torn++;
      }
      files.crash(random, false);
      assertThat(Log.open(options).recovered().promised()).isEqualTo(first.promised());
    }
    assertThat(torn).as("runs in which that happened").isGreaterThan(10);
  }
}
