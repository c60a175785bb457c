package dev.synod.app.command.operator;

import dev.synod.vertx.Synod;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    return StoppedMember.change(
        "force-config", config, words, WORDS, member -> Synod.forceAlone(member, Map.of()));
  }
}
