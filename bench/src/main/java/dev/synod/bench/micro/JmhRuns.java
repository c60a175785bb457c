package dev.synod.bench.micro;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Load;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs the JMH benchmarks of this package, and makes lines of what they come to. */
public final class JmhRuns {
  /** Names of those that are floors rather than parts: how fast the disk is. */
  public static final String FORCE = "write 4 KiB and force";

  private static final Map<String, Name> NAMES =
      Map.ofEntries(
          Map.entry("ForceBenchmark.oneWriter", new Name(SubjectKind.FLOOR, FORCE, 1)),
          Map.entry("ForceBenchmark.threeWriters", new Name(SubjectKind.FLOOR, FORCE, 3)),
          Map.entry("ForceBenchmark.fiveWriters", new Name(SubjectKind.FLOOR, FORCE, 5)),
          Map.entry(
              "CodecBenchmark.encode", new Name(SubjectKind.PART, "codec, encode a frame", 1)),
          Map.entry(
              "CodecBenchmark.decode", new Name(SubjectKind.PART, "codec, decode a frame", 1)),
          Map.entry("LogBenchmark.append", new Name(SubjectKind.PART, "log, append a batch", 1)),
          Map.entry(
              "AcceptorBenchmark.prepare", new Name(SubjectKind.PART, "acceptor, prepare", 1)),
          Map.entry("AcceptorBenchmark.accept", new Name(SubjectKind.PART, "acceptor, accept", 1)),
          Map.entry(
              "AcceptorBenchmark.durableAccept",
              new Name(SubjectKind.PART, "acceptor, durable accept", 1)));

  private record Name(SubjectKind kind, String system, int threads) {}

  /** How many benchmarks there are, parameters counted. */
  public static final int COUNT = 12;

  private JmhRuns() {}

  /**
   * Runs them all.
   *
   * @param forks 0 runs them in this process
   * @param seconds of each iteration: one to warm up, two to measure
   */
  public static List<ResultLine> run(int forks, double seconds, List<String> flags)
      throws RunnerException {
    long millis = Math.round(seconds * 1000);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(JmhRuns.class.getPackageName().replace(".", "\\.") + "\\..*")
            .forks(forks)
            .warmupIterations(1)
            .measurementIterations(2)
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementTime(TimeValue.milliseconds(millis))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    if (forks > 0) {
      List<String> all = new ArrayList<>(flags);
      String data = System.getProperty(DataDirectory.PROPERTY);
      if (data != null) {
        all.add("-D" + DataDirectory.PROPERTY + "=" + data);
      }
      options.jvmArgs(all.toArray(String[]::new));
    }
    Collection<RunResult> results =
        new Runner(
                options.build(),
                OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT))
            .run();
    return results.stream().map(JmhRuns::line).toList();
  }

  private static ResultLine line(RunResult run) {
    String benchmark = run.getParams().getBenchmark();
    int method = benchmark.lastIndexOf('.');
    String key = benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    Name name = NAMES.get(key);
    if (name == null) {
      throw new IllegalStateException("the benchmark " + key + " has no name for readers");
    }
    List<Measure> measures =
        run.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .map(iteration -> measure(iteration, name.threads()))
            .toList();
    String commands = param(run, "commands");
    return new ResultLine(
        name.kind(),
        name.system(),
        commands.isEmpty() ? "" : commands + (commands.equals("1") ? " command" : " commands"),
        param(run, "durability"),
        name.threads(),
        method < 0 ? "" : benchmark.substring(method + 1),
        0,
        Load.closed(name.threads()),
        measures,
        "");
  }

  private static String param(RunResult run, String name) {
    return run.getParams().getParamsKeys().contains(name) ? run.getParams().getParam(name) : "";
  }

  private static Measure measure(IterationResult iteration, int threads) {
    Statistics micros = iteration.getPrimaryResult().getStatistics();
    List<List<Double>> curve = new ArrayList<>();
    for (double percentile : new double[] {0, 25, 50, 75, 90, 99, 99.9}) {
      curve.add(List.of(percentile, micros.getPercentile(percentile)));
    }
    Result<?> bytes = iteration.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Measure(
        threads * 1e6 / micros.getMean(),
        micros.getPercentile(50),
        micros.getPercentile(90),
        micros.getPercentile(99),
        micros.getPercentile(99.9),
        micros.getMax(),
        0,
        bytes == null ? 0 : bytes.getScore(),
        curve);
  }
}
