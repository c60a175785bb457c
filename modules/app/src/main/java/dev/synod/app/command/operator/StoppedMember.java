package dev.synod.app.command.operator;

import dev.synod.app.node.NodeOptions;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.vertx.SynodOptions;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A change of the files of a stopped member on this machine, which nothing undoes. */
final class StoppedMember {
  private static final Logger AUDIT = LoggerFactory.getLogger("dev.synod.audit");

  private StoppedMember() {}

  /**
   * Makes the change, if the operator has typed out what is true then, and records it in the audit
   * log.
   *
   * @param command name of the command
   * @param needed words that the operator has to type out
   * @param change returns its outcome in one sentence
   */
  static int change(
      String command,
      @Nullable Path config,
      String words,
      String needed,
      Function<SynodOptions, String> change) {
    if (config == null) {
      throw new IllegalStateException("picocli did not insist on --config");
    }
    if (!words.equals(needed)) {
      throw new CommandFailure(
          ExitCode.USAGE, "nothing was done. If it is so, say --words \"" + needed + "\", exactly");
    }
    SynodOptions member = NodeOptions.read(config).synod();
    String outcome = "refused";
    try {
      outcome = change.apply(member);
    } finally {
      AUDIT.info(
          "from this machine, principal {}: {} of member {} of group {}: {}",
          System.getProperty("user.name"),
          command,
          member.getMember(),
          member.getGroup(),
          outcome);
    }
    System.out.println(outcome);
    return ExitCode.DONE;
  }
}
