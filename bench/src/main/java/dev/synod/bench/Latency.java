package dev.synod.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What JMH notes of an iteration beside the rate. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Latency {
  /** Half of the operations took at most so many microseconds. */
  public double p50;

  /** All but one of a hundred took at most so many microseconds. */
  public double p99;

  /** Bytes allocated for an operation, by all threads of the process together. */
  public double bytes;

  /** Microseconds of processor time for an operation, of all threads of the process together. */
  public double cpu;

  private @Nullable ClosedLoop loop;
  private long endedBefore;
  private long allocatedBefore;
  private long cpuBefore;

  /** To be called as an iteration begins; more calls do nothing. */
  void measure(ClosedLoop measured) {
    if (loop == null) {
      loop = measured;
      endedBefore = measured.ended();
      allocatedBefore = Spent.bytes();
      cpuBefore = Spent.cpuNanos();
    }
  }

  @TearDown(Level.Iteration)
  public void read() {
    if (loop != null) {
      Histogram took = loop.interval();
      p50 = took.getValueAtPercentile(50) / 1e3;
      p99 = took.getValueAtPercentile(99) / 1e3;
      long operations = Math.max(1, loop.ended() - endedBefore);
      bytes = (double) (Spent.bytes() - allocatedBefore) / operations;
      cpu = (Spent.cpuNanos() - cpuBefore) / 1e3 / operations;
      loop = null;
    }
  }
}
