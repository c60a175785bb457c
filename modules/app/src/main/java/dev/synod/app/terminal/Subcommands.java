package dev.synod.app.terminal;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that needs one of its own commands to do something. */
public abstract class Subcommands implements Runnable {
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
