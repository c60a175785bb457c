package dev.synod.bench;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark whose load is a {@link ClosedLoop} that runs from set-up to tear-down. Its one method
 * is {@link #take}, with {@code @OperationsPerInvocation(TAKEN)}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 2, time = 5)
public abstract class LoopBenchmark {
  /** Operations in one invocation. */
  static final int TAKEN = 64;

  /** Bytes of a command's value, of a message, of whatever is sent. */
  static final int PAYLOAD = 100;

  private @Nullable ClosedLoop loop;

  /** Makes all that the load needs, and the load, not started. */
  abstract ClosedLoop open() throws Exception;

  /** Undoes {@link #open}, when the load has been stopped. */
  abstract void close() throws Exception;

  @Setup(Level.Trial)
  public final void start() throws Exception {
    try {
      ClosedLoop made = open();
      made.start();
      loop = made;
    } catch (Exception | Error wrong) {
      // JMH calls no tear-down then.
      close();
      throw wrong;
    }
  }

  @TearDown(Level.Trial)
  public final void stop() throws Exception {
    if (loop != null) {
      loop.stop();
    }
    close();
  }

  @Setup(Level.Iteration)
  public final void mark() {
    loop().mark();
  }

  /** The next {@link #TAKEN} operations. */
  final void take(Latency latency) {
    latency.measure(loop());
    loop().take(TAKEN);
  }

  private ClosedLoop loop() {
    if (loop == null) {
      throw new IllegalStateException("the load has not been started");
    }
    return loop;
  }
}
