package dev.synod.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The load of the design: three members, 1, 64 and 1,024 commands outstanding, and the floors. */
@Command(
    name = "standard",
    mixinStandardHelpOptions = true,
    description = "Round latency and commands per second, with their floors; some five minutes.")
final class StandardCommand implements Callable<Integer> {
  @Mixin private RunOptions options = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return options.run(Plan.STANDARD);
  }
}
