package dev.synod.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.WarmupMode;

/**
 * Which benchmarks run, and how long. Immutable; {@link #STANDARD} and {@link #SMOKE} are where one
 * begins.
 *
 * @param only a regular expression for {@code Class.method}
 * @param forks 0 runs them in this process, with its own flags
 * @param warmUps warm-up iterations
 * @param measures measured iterations
 * @param millis length of an iteration
 * @param flags of the forked process
 * @param params values of parameters, in place of those the benchmarks name themselves
 * @param data directory for files; null: where the jar is
 */
record Plan(
    String only,
    int forks,
    int warmUps,
    int measures,
    long millis,
    List<String> flags,
    Map<String, List<String>> params,
    @Nullable Path data) {
  private static final String CORES = "-XX:ActiveProcessorCount=2";
  private static final String COLLECTOR = "-XX:+UseG1GC";

  /** What the design asks for: two cores, and a heap that holds the log of a whole run. */
  static final Plan STANDARD =
      new Plan("", 1, 1, 2, 5_000, List.of(COLLECTOR, "-Xms6g", "-Xmx6g", CORES), Map.of(), null);

  /** Everything once, as briefly as can be: shows that it works, not how fast. */
  static final Plan SMOKE =
      new Plan(
          "",
          1,
          0,
          1,
          50,
          List.of(COLLECTOR, "-Xmx1g", CORES),
          Map.of("outstanding", List.of("8")),
          null);

  Plan {
    flags = List.copyOf(flags);
    params = Map.copyOf(params);
  }

  Plan withOnly(String regex) {
    return new Plan(regex, forks, warmUps, measures, millis, flags, params, data);
  }

  Plan withForks(int count) {
    return new Plan(only, count, warmUps, measures, millis, flags, params, data);
  }

  Plan withData(Path directory) {
    return new Plan(only, forks, warmUps, measures, millis, flags, params, directory);
  }

  Plan withFlags(List<String> more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    return new Plan(only, forks, warmUps, measures, millis, all, params, data);
  }

  Plan withParams(Map<String, List<String>> more) {
    Map<String, List<String>> all = new LinkedHashMap<>(params);
    all.putAll(more);
    return new Plan(only, forks, warmUps, measures, millis, flags, all, data);
  }

  /** The same for JMH. */
  Options toJmh() {
    ChainedOptionsBuilder jmh =
        new OptionsBuilder()
            .include("dev\\.synod\\.bench\\..*" + only)
            .forks(forks)
            .warmupIterations(warmUps)
            .measurementIterations(measures)
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementTime(TimeValue.milliseconds(millis))
            .warmupMode(WarmupMode.INDI)
            .shouldFailOnError(true);
    params.forEach((name, values) -> jmh.param(name, values.toArray(String[]::new)));
    List<String> all = new ArrayList<>(flags);
    if (data != null) {
      all.add("-D" + DataDirectory.PROPERTY + "=" + data.toAbsolutePath());
    }
    if (forks > 0) {
      jmh.jvmArgs(all.toArray(String[]::new));
    }
    return jmh.build();
  }
}
