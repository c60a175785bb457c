package dev.synod.storage;

import dev.synod.core.Ballot;
import dev.synod.core.Command;
import dev.synod.core.Entry;
import dev.synod.core.LogRecord;
import dev.synod.core.LogRecord.Accepted;
import dev.synod.core.LogRecord.Learned;
import dev.synod.core.Recovered;
import dev.synod.core.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Short words for the tests of the log. */
final class Logs {
  static final Path DIRECTORY = Path.of("/data");
  static final long SEGMENT = 32 << 10;

  private Logs() {}

  static StoreOptions options(FileSystem files) {
    return StoreOptions.in(DIRECTORY, "g", "a").withFiles(files).withSegmentBytes(SEGMENT);
  }

  static Ballot ballot(long round) {
    return new Ballot(round, "a");
  }

  static Value value(String text) {
    return new Value.Builder()
        .add(new Command(7, 1, 0, text.getBytes(StandardCharsets.UTF_8)))
        .build(1000);
  }

  static Value value(int bytes) {
    return new Value.Builder().add(new Command(7, 1, 0, new byte[bytes])).build(1000);
  }

  static Entry entry(long slot, long round, String text) {
    return new Entry(slot, ballot(round), value(text));
  }

  static LogRecord accepted(long slot, long round, String text) {
    return new Accepted(entry(slot, round, text));
  }

  static LogRecord learned(long slot, long round, String text) {
    return new Learned(entry(slot, round, text));
  }

  static void write(Log log, LogRecord... records) {
    log.write(List.of(records));
    log.force();
  }

  static Recovered reopen(StoreOptions options) {
    try (Log log = Log.open(options)) {
      return log.recovered();
    }
  }

  /** What a log of these records means, when nothing of it is damaged. */
  static Recovered replay(List<List<LogRecord>> batches) {
    Replay replay = new Replay();
    batches.forEach(batch -> batch.forEach(replay::apply));
    return replay.finish();
  }
}
