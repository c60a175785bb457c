package dev.synod.app.command.operator;

import dev.synod.vertx.Synod;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code synod skip-command}: the way past a command that stops every member. */
@Command(
    name = "skip-command",
    description = {
      "Makes one stopped member reject a command that ends with an error wherever it is applied.",
      "Without it each member stops at the command again whenever it is started.",
      "Stop all members, run it for each that has state machines, then start them."
    })
public final class SkipCommandCommand implements Callable<Integer> {
  private static final String WORDS = "no member can apply it";

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The file that the member is started with; the member must be stopped.")
  private @Nullable Path config;

  @Option(
      names = "--slot",
      required = true,
      paramLabel = "SLOT",
      description = "The slot that the member names when it stops.")
  private long slot;

  @Option(
      names = "--command",
      required = true,
      paramLabel = "INDEX",
      description = "The command in that slot, as the member names it.")
  private int command;

  @Option(
      names = "--words",
      required = true,
      paramLabel = "WORDS",
      description = "\"" + WORDS + "\", typed out.")
  private String words = "";

  @Override
  public Integer call() {
    return StoppedMember.change(
        "skip-command",
        config,
        words,
        WORDS,
        member -> Synod.skipCommand(member, Map.of(), slot, command));
  }
}
