package dev.synod.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.TimeValue;

/** Makes lines of what JMH has measured. */
final class Lines {
  private static final String OUTSTANDING = "outstanding";

  private Lines() {}

  static List<Line> of(Collection<RunResult> runs) {
    List<Line> lines = new ArrayList<>();
    for (RunResult run : runs) {
      lines.add(line(run));
    }
    return lines;
  }

  private static Line line(RunResult run) {
    BenchmarkParams params = run.getParams();
    List<IterationResult> iterations =
        run.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .toList();
    boolean loop = params.getParamsKeys().contains(OUTSTANDING);
    double[] rates =
        each(iterations, i -> loop ? i.getPrimaryResult().getScore() : sampledRate(i, params))
            .toArray();
    double best = DoubleStream.of(rates).max().orElseThrow();
    double worst = DoubleStream.of(rates).min().orElseThrow();
    return new Line(
        name(params.getBenchmark()),
        Objects.requireNonNullElse(param(params, "durability"), ""),
        loop ? Integer.parseInt(Objects.requireNonNull(param(params, OUTSTANDING))) : 1,
        least(iterations, i -> loop ? secondary(i, "p50") : sampled(i, 50)),
        least(iterations, i -> loop ? secondary(i, "p99") : sampled(i, 99)),
        best,
        100 * (best - worst) / best,
        loop ? least(iterations, i -> secondary(i, "cpu")) : Double.NaN,
        loop ? least(iterations, i -> secondary(i, "bytes")) : Double.NaN);
  }

  /** {@code RoundBenchmark.put} for {@code dev.synod.bench.RoundBenchmark.put}. */
  static String name(String benchmark) {
    int method = benchmark.lastIndexOf('.');
    return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
  }

  private static @Nullable String param(BenchmarkParams params, String name) {
    return params.getParamsKeys().contains(name) ? params.getParam(name) : null;
  }

  private static DoubleStream each(
      List<IterationResult> iterations, ToDoubleFunction<IterationResult> figure) {
    return iterations.stream().mapToDouble(figure);
  }

  private static double least(
      List<IterationResult> iterations, ToDoubleFunction<IterationResult> figure) {
    return each(iterations, figure).min().orElseThrow();
  }

  private static double secondary(IterationResult iteration, String name) {
    Result<?> result = iteration.getSecondaryResults().get(name);
    if (result == null) {
      throw new IllegalStateException("the benchmark does not tell its " + name);
    }
    return result.getScore();
  }

  private static double sampled(IterationResult iteration, double percentile) {
    return iteration.getPrimaryResult().getStatistics().getPercentile(percentile);
  }

  /** Samples are microseconds, of threads that do nothing else. */
  private static double sampledRate(IterationResult iteration, BenchmarkParams params) {
    double mean = iteration.getPrimaryResult().getStatistics().getMean();
    return params.getThreads() * TimeValue.seconds(1).convertTo(params.getTimeUnit()) / mean;
  }
}
