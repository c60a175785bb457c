package dev.synod.app.command.operator;

import dev.synod.app.node.NodeOptions;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code synod force-config}: the one unsafe tool. */
@Command(
    name = "force-config",
    description = {
      "UNSAFE. Makes one stopped member the whole group, when the others are lost for ever.",
      "Acknowledged writes that only the other members have are lost. No other member may be"
          + " started again.",
      "Choose the member with the highest CHOSEN; afterwards start it, and add new members."
    })
public final class ForceConfigCommand implements Callable<Integer> {
  private static final Logger AUDIT = LoggerFactory.getLogger("dev.synod.audit");
  private static final String WORDS = "the others are lost for ever";

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The file that the member is started with; the member must be stopped.")
  private @Nullable Path config;

  @Option(
      names = "--words",
      required = true,
      paramLabel = "WORDS",
      description = "\"" + WORDS + "\", typed out.")
  private String words = "";

  @Override
  public Integer call() {
    if (config == null) {
      throw new IllegalStateException("picocli did not insist on --config");
    }
    if (!words.equals(WORDS)) {
      throw new CommandFailure(
          ExitCode.USAGE, "nothing was done. If it is so, say --words \"" + WORDS + "\", exactly");
    }
    SynodOptions member = NodeOptions.read(config).synod();
    String outcome = "refused";
    try {
      outcome = Synod.forceAlone(member, Map.of());
    } finally {
      AUDIT.info(
          "from this machine, principal {}: force-config of member {} of group {}: {}",
          System.getProperty("user.name"),
          member.getMember(),
          member.getGroup(),
          outcome);
    }
    System.out.println(outcome);
    return ExitCode.DONE;
  }
}
