package dev.synod.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that runs benchmarks can be told. */
final class RunOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Only benchmarks whose Class.method matches, as in 'Round|Frame'.")
  private String only = "";

  @Option(
      names = {"-p", "--param"},
      paramLabel = "NAME=V,V",
      description = "Values of a parameter: outstanding=64,1024, durability=FSYNC, caller=member.")
  private Map<String, String> params = new LinkedHashMap<>();

  @Option(
      names = "--jvm",
      paramLabel = "FLAG",
      description = "One more flag for the virtual machine of every benchmark.")
  private List<String> flags = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where benchmarks make their files; a real disk. Default: where the jar is.")
  private @Nullable Path data;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report there as well.")
  private @Nullable Path json;

  /** Runs this plan as far as the options ask for it; progress to standard error. */
  int run(Plan plan) throws RunnerException, IOException {
    CommandSpec command = command();
    Plan asked = asked(plan);
    Collection<RunResult> results;
    try {
      results =
          new Runner(
                  asked.toJmh(),
                  OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL))
              .run();
    } catch (NoBenchmarksException none) {
      throw new ParameterException(
          command.commandLine(), "no benchmark matches --only '" + only + "'", none);
    }
    Report report = new Report(Machine.here(asked.flags()), Lines.of(results));
    PrintWriter out = command.commandLine().getOut();
    out.println(report.toText());
    out.flush();
    if (json != null) {
      Files.writeString(json, report.toJson().encodePrettily());
    }
    return 0;
  }

  private Plan asked(Plan plan) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    params.forEach((name, list) -> values.put(name, List.of(list.split(",", -1))));
    Plan asked = plan.withOnly(only).withParams(values).withFlags(flags);
    return data == null ? asked : asked.withData(data);
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    }
    return spec;
  }
}
