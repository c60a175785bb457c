package dev.synod.app.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that is nothing without one of its own commands. */
abstract class Subcommands implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("picocli did not say which command this is");
    }
    throw new CommandLine.ParameterException(
        spec.commandLine(), "one of " + spec.subcommands().keySet() + " is missing");
  }
}
