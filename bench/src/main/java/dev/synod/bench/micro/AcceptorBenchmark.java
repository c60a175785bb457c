package dev.synod.bench.micro;

import dev.synod.bench.load.DataDirectory;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Acceptor;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What one acceptor takes to answer: phase 1 with 64 slots to show, phase 2, and phase 2 with its
 * record forced to the disk, which is all of a decision that is not the network.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class AcceptorBenchmark {
  private static final int COMMANDS = 64;
  private static final int SLOTS_KEPT = 10_000;

  private final Value value = SampleValues.of(COMMANDS);
  private final EffectsCounter answers = new EffectsCounter();
  private Acceptor acceptor = made();
  private long slot;
  private long round;
  private @Nullable DataDirectory directory;
  private @Nullable Log log;

  private static Acceptor made() {
    return new Acceptor(
        new MemberContext(
            "a",
            new SlotLog(Recovered.NOTHING),
            Configurations.uninitialized(),
            Settings.DEFAULT,
            new MemberClock(1, 1)),
        Ballot.NONE,
        0);
  }

  @Setup(Level.Iteration)
  public void open() throws IOException {
    fresh();
    DataDirectory data = DataDirectory.create();
    directory = data;
    log = Log.open(StoreOptions.in(data.path().resolve("n0"), "bench", "n0"));
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

  private void fresh() {
    acceptor = made();
    slot = 0;
    round = 1;
    for (int i = 0; i < COMMANDS; i++) {
      accept();
    }
  }

  @Benchmark
  public int prepare() {
    acceptor.receive("n1", new Message.Prepare(new Ballot(++round, "n1"), 1), answers);
    answers.appended.clear();
    return answers.sent;
  }

  @Benchmark
  public int accept() {
    if (slot > SLOTS_KEPT) {
      fresh(); // as a member does that has applied them
    }
    acceptor.receive("n1", new Message.Accept(new Ballot(round, "n1"), ++slot, value, 0), answers);
    answers.appended.clear();
    return answers.sent;
  }

  @Benchmark
  public int durableAccept() {
    Log open = log;
    if (open == null) {
      throw new IllegalStateException("the log is not open");
    }
    acceptor.receive("n1", new Message.Accept(new Ballot(round, "n1"), ++slot, value, 0), answers);
    open.write(List.copyOf(answers.appended));
    open.force();
    answers.appended.clear();
    return answers.sent;
  }
}
