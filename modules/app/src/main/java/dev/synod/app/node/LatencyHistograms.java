package dev.synod.app.node;

import dev.synod.storage.metrics.LatencyHistogram;
import dev.synod.vertx.Synod;
import dev.synod.vertx.Vitals;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;

/**
 * The latencies of a member as histograms of Prometheus. {@code histogram_quantile} evaluates their
 * buckets, also summed over members. Safe on all threads.
 */
final class LatencyHistograms implements MultiCollector {
  /** Names of the meters that these histograms replace. */
  static final List<String> NAMES = List.of("synod.force", "synod.round");

  /** Upper bounds of the buckets, in microseconds. */
  private static final long[] BOUNDS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    10_000_000
  };

  private final Synod synod;
  private final Labels labels;

  LatencyHistograms(Synod synod) {
    this.synod = synod;
    this.labels = Labels.of("group", synod.group(), "member", synod.member());
  }

  @Override
  public MetricSnapshots collect() {
    Vitals vitals = synod.vitals();
    return MetricSnapshots.of(
        histogram(
            "synod_force_seconds",
            "Duration of each force of the log to the disk, for a whole batch",
            vitals.force()),
        histogram(
            "synod_round_seconds",
            "Duration from Accept to chosen of each slot, measured by its leader",
            vitals.round()));
  }

  private HistogramSnapshot histogram(String name, String help, Vitals.Latency latency) {
    LatencyHistogram.Snapshot all = latency.all();
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    long below = 0;
    for (long bound : BOUNDS) {
      long upTo = all.countUpTo(bound * 1_000);
      buckets.bucket(bound / 1e6, upTo - below);
      below = upTo;
    }
    buckets.bucket(Double.POSITIVE_INFINITY, all.count() - below);
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .unit(Unit.SECONDS)
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets.build())
                .sum(all.sum() / 1e9)
                .build())
        .build();
  }
}
