package dev.synod.storage.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Property(tries = 500)
  void aPercentileIsNeverTooLowAndAnEighthTooHighAtMost(
      @ForAll @Size(min = 1, max = 200)
          List<@LongRange(min = 0, max = 3_600_000_000_000L) Long> given,
      @ForAll @LongRange(min = 1, max = 1000) long perMille) {
    long[] times = given.stream().mapToLong(Long::longValue).toArray();
    LatencyHistogram histogram = new LatencyHistogram();
    for (long time : times) {
      histogram.record(time);
    }
    double share = perMille / 1000.0;
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    long exact = sorted[(int) Math.ceil(share * sorted.length) - 1];

    assertThat(histogram.snapshot().percentile(share)).isBetween(exact, exact + exact / 8);
    assertThat(histogram.snapshot().count()).isEqualTo(times.length);
    assertThat(histogram.snapshot().sum()).isEqualTo(Arrays.stream(times).sum());
    assertThat(histogram.snapshot().countUpTo(Long.MAX_VALUE)).isEqualTo(times.length);
  }

  @Test
  void whatCameSinceAMarkIsCountedAlone() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.record(5);
    LatencyHistogram.Snapshot mark = histogram.snapshot();
    histogram.record(1_000);
    histogram.record(-1);

    LatencyHistogram.Snapshot since = histogram.snapshot().since(mark);
    assertThat(since.count()).isEqualTo(2);
    assertThat(since.sum()).isEqualTo(1_000);
    assertThat(since.percentile(0.5)).isZero();
    assertThat(since.countUpTo(500)).isEqualTo(1);
    assertThat(LatencyHistogram.Snapshot.NONE.percentile(0.99)).isZero();
  }

  @Test
  void whatTakesForeverIsCountedToo() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.snapshot().percentile(1)).isGreaterThan(3_600_000_000_000L);
  }
}
