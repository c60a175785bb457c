package dev.synod.storage.log;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Learned;
import dev.synod.core.message.Value;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.FileSystem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Short words for the tests of the log. */
public final class Logs {
  public static final Path DIRECTORY = Path.of("/data");
  public static final long SEGMENT = 32 << 10;

  private Logs() {}

  public static StoreOptions options(FileSystem files) {
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

  public static Entry entry(long slot, long round, String text) {
    return new Entry(slot, ballot(round), value(text));
  }

  public static LogRecord accepted(long slot, long round, String text) {
    return new Accepted(entry(slot, round, text));
  }

  public static LogRecord learned(long slot, long round, String text) {
    return new Learned(entry(slot, round, text));
  }

  public static void write(Log log, LogRecord... records) {
    log.write(List.of(records));
    log.force();
  }

  public static Recovered reopen(StoreOptions options) {
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
