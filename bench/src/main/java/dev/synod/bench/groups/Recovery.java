package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Value;
import dev.synod.storage.Store;
import dev.synod.storage.StoreListener;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * A log of so many MiB (setting {@code mebibytes}) is written; then {@code cat} reads its files,
 * and a member's store opens it, in turn, so that both find the same in the page cache.
 */
final class Recovery implements Group {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int BATCH = 256;
  private static final long MOST_PENDING = 16L << 20;

  private final StoreOptions options;
  private final Path directory;

  private Recovery(Path directory) {
    this.directory = directory;
    this.options = StoreOptions.in(directory, "bench", "n0").withDurability(Durability.PAGE_CACHE);
  }

  static Recovery open(Scenario scenario, DataDirectory data) {
    Recovery recovery = new Recovery(data.path().resolve("n0"));
    recovery.write((long) scenario.number("mebibytes", 1024) << 20);
    return recovery;
  }

  private void write(long bytes) {
    Value value = value();
    Ballot ballot = new Ballot(1, "n0");
    try (Store store = Store.open(options, new Deaf())) {
      long written = 0;
      for (long slot = 1; written < bytes; slot++) {
        store.append(new LogRecord.Accepted(new Entry(slot, ballot, value)));
        store.append(new LogRecord.Chosen(slot));
        written += value.block().length;
        while (store.pendingBytes() > MOST_PENDING) {
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
      }
    }
  }

  /** A batch of commands such as the standard load makes. */
  private static Value value() {
    Value.Builder builder = new Value.Builder();
    for (int i = 1; i <= BATCH; i++) {
      builder.add(new Command(7, i, i - 1, new byte[120]));
    }
    return builder.build(1);
  }

  @Override
  public List<Measure> measure(Step step) throws Exception {
    List<Measure> measures = new ArrayList<>();
    for (int i = 0; i < step.window().times(); i++) {
      long began = System.nanoTime();
      if (step.operation().equals("cat")) {
        cat();
      } else {
        open();
      }
      long nanos = System.nanoTime() - began;
      Histogram took = new Histogram(LONGEST_NANOS, 3);
      took.recordValue(nanos);
      measures.add(Measure.of(took, nanos / 1e9, 0, 0));
    }
    return measures;
  }

  private void cat() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("cat"));
    try (Stream<Path> files = Files.list(directory)) {
      files.map(Path::toString).sorted().forEach(command::add);
    }
    Process cat =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (cat.waitFor() != 0) {
      throw new IOException("cat ended with " + cat.exitValue());
    }
  }

  private void open() {
    try (Store store = Store.open(options, new Deaf())) {
      if (store.recovered().entries().isEmpty()) {
        throw new IllegalStateException("the log was empty when it was opened");
      }
    }
  }

  @Override
  public void close() {
    // Files go with their directory.
  }

  /** Whoever only writes has nothing to be told, but of failures. */
  private static final class Deaf implements StoreListener {
    @Override
    public void durable(long lsn) {}

    @Override
    public void failed(StorageException cause) {
      throw cause;
    }
  }
}
