package dev.synod.app.command;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import dev.synod.simulation.history.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code synod linearize}. */
@Command(
    name = "linearize",
    description =
        "Checks a recorded history of registers, of whatever system: is there an order of the"
            + " operations that explains all results, and keeps what returned before what was"
            + " invoked after it?",
    footerHeading = "%nLines are operations such as%n",
    footer = {
      "{\"client\":\"c1\",\"key\":\"x\",\"op\":\"write\",\"argument\":1,",
      " \"result\":\"ok\",\"invoked\":10,\"returned\":12}",
      "op is read, write or cas (argument: [expected, new]); times are whole numbers of any clock"
          + " that all clients share; a result \"unknown\" needs no time of return.",
      "The result of a write is \"ok\" or \"unknown\"; other fields are not read."
    })
public final class LinearizeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The history, as lines of JSON.")
  private Path file = Path.of("");

  @Override
  public Integer call() {
    try {
      return switch (History.check(file, System.out::println)) {
        case History.LINEARIZABLE -> ExitCode.DONE;
        case History.NOT_LINEARIZABLE -> ExitCode.VIOLATION;
        default -> ExitCode.NOT_DECIDED;
      };
    } catch (History.Malformed wrong) {
      throw new CommandFailure(ExitCode.DATA, String.valueOf(wrong.getMessage()));
    } catch (IOException failure) {
      throw new CommandFailure(
          ExitCode.NO_INPUT, file + ": cannot be read: " + IoMessages.of(failure));
    }
  }
}
