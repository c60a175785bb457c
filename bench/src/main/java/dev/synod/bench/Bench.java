package dev.synod.bench;

import dev.synod.bench.groups.GroupFactory;
import dev.synod.bench.groups.ProcessGroup;
import dev.synod.bench.load.ScenarioRunner;
import dev.synod.bench.report.CompareCommand;
import dev.synod.bench.run.StandardCommand;
import dev.synod.bench.turns.TurnsCommand;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks. */
@Command(
    name = "synod-bench",
    mixinStandardHelpOptions = true,
    version = "synod-bench 0.1.0",
    description = "Measures Synod beside the floors that it stands on, and beside its peers.",
    subcommands = {StandardCommand.class, CompareCommand.class, TurnsCommand.class})
public final class Bench implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench())
            .setExecutionExceptionHandler(
                (wrong, command, parsed) -> {
                  command.getErr().println("synod-bench: " + wrong.getMessage());
                  return CommandLine.ExitCode.SOFTWARE;
                })
            .execute(args));
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    }
    throw new ParameterException(spec.commandLine(), "say what to do: standard, compare or turns");
  }

  /** What {@code standard} starts for each of its scenarios. */
  @Command(name = "scenario", hidden = true)
  int scenario(@Parameters(paramLabel = "JSON") String json) throws Exception {
    ScenarioRunner.main(json, GroupFactory::open);
    return 0;
  }

  /** What a scenario of several processes starts for each of its other members. */
  @Command(name = "member", hidden = true)
  int member(@Parameters(paramLabel = "JSON") String json) throws Exception {
    ProcessGroup.member(json);
    return 0;
  }
}
