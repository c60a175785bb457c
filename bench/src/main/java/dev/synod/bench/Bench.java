package dev.synod.bench;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks. */
@Command(
    name = "synod-bench",
    mixinStandardHelpOptions = true,
    version = "synod-bench 0.1.0",
    description = "Measures Synod beside the floors that it stands on.",
    subcommands = StandardCommand.class)
public final class Bench implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--smoke",
      description = "Runs everything once, as briefly as can be: shows that it works.")
  private boolean smoke;

  @Mixin private RunOptions options = new RunOptions();

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench())
            .setExecutionExceptionHandler(
                (wrong, command, parsed) -> {
                  // JMH has shown what the benchmark threw, with its stack, as it happened.
                  command.getErr().println("synod-bench: " + wrong.getMessage());
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (smoke) {
      return options.run(Plan.SMOKE);
    }
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    }
    throw new ParameterException(spec.commandLine(), "say what to run: standard, or --smoke");
  }
}
