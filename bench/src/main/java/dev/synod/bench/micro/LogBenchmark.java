package dev.synod.bench.micro;

import dev.synod.bench.load.DataDirectory;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Value;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.log.Log;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One batch with one Accepted of so many commands, written to the log and made durable. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class LogBenchmark {
  @Param({"PAGE_CACHE", "FSYNC"})
  public Durability durability = Durability.FSYNC;

  @Param("64")
  public int commands = 64;

  private final Ballot ballot = new Ballot(1, "n0");
  private Value value = Value.noOp(1);
  private long slot;
  private @Nullable DataDirectory directory;
  private @Nullable Log log;

  @Setup(Level.Iteration)
  public void open() throws IOException {
    value = SampleValues.of(commands);
    DataDirectory data = DataDirectory.create();
    directory = data;
    slot = 0;
    log =
        Log.open(
            StoreOptions.in(data.path().resolve("n0"), "bench", "n0").withDurability(durability));
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    if (log != null) {
      log.close();
    }
    if (directory != null) {
      directory.close();
    }
  }

  @Benchmark
  public void append() {
    Log open = log;
    if (open == null) {
      throw new IllegalStateException("the log is not open");
    }
    open.write(List.of(new LogRecord.Accepted(new Entry(++slot, ballot, value))));
    open.force();
  }
}
