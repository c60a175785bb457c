package dev.synod.bench.load;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One measure. Latencies are in microseconds; from the moment an operation was due, in an open
 * loop.
 *
 * @param perSecond operations that ended in a second
 * @param cpu microseconds of processor time for an operation, of the whole process; 0: not known
 * @param bytes allocated for an operation by all threads of the process; 0: not known
 * @param curve latency at rising percentiles, as pairs (percentile, microseconds)
 */
public record Measure(
    double perSecond,
    double p50,
    double p90,
    double p99,
    double p999,
    double max,
    double cpu,
    double bytes,
    List<List<Double>> curve) {
  private static final double[] PERCENTILES = {
    0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999
  };

  /** Of latencies in nanoseconds. */
  public static Measure of(Histogram nanos, double seconds, double cpu, double bytes) {
    List<List<Double>> curve = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      // A percentile that fewer than one operation lies beyond says no more than the maximum.
      if (nanos.getTotalCount() * (100 - percentile) >= 100) {
        curve.add(List.of(percentile, micros(nanos, percentile)));
      }
    }
    return new Measure(
        nanos.getTotalCount() / seconds,
        micros(nanos, 50),
        micros(nanos, 90),
        micros(nanos, 99),
        micros(nanos, 99.9),
        micros(nanos, 100),
        cpu,
        bytes,
        curve);
  }

  private static double micros(Histogram nanos, double percentile) {
    return Math.round(nanos.getValueAtPercentile(percentile) / 10.0) / 100.0;
  }
}
