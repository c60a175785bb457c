package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.HttpAnswer;
import dev.synod.app.client.HttpCall;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.client.MapOption;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code synod get KEY}. */
@Command(
    name = "get",
    description = "Prints the value of a key, its bytes as they are and nothing else.")
public final class GetCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();

  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Option(
      names = "--local",
      description =
          "Reads the state of the asked member, which may be old, without a quorum. Otherwise every"
              + " write that was acknowledged before is seen.")
  private boolean local;

  @Option(
      names = "--lease",
      description =
          "Reads by the leader's lease, if the group has leases: every acknowledged write is seen if"
              + " the clocks drift apart no more than configured.")
  private boolean lease;

  @Option(
      names = "--within",
      paramLabel = "MS",
      description = "Every write that was acknowledged so many milliseconds before.")
  private @Nullable Long within;

  @Option(
      names = "--not-before",
      paramLabel = "SLOT",
      description = "What the member asked has applied, once that reaches the slot.")
  private @Nullable Long notBefore;

  @Option(
      names = "--how",
      description = "Tells on standard error which promise holds for the value, and at which slot.")
  private boolean how;

  private String level() {
    if (Stream.of(local, lease, within != null, notBefore != null).filter(given -> given).count()
        > 1) {
      throw new CommandFailure(
          ExitCode.USAGE, "give one of --local, --lease, --within and --not-before");
    }
    if (within != null) {
      return "?within=" + within;
    }
    if (notBefore != null) {
      return "?notBefore=" + notBefore;
    }
    return local ? "?level=local" : lease ? "?level=lease" : "";
  }

  @Override
  public Integer call() throws Exception {
    String path = map.path(key) + level();
    HttpAnswer httpAnswer = HttpCommand.with(client, 1, asked -> asked.call(HttpCall.get(path)));
    if (httpAnswer.isProblem("no-such-key")) {
      throw new CommandFailure(ExitCode.NOT_FOUND, httpAnswer.problem());
    } else if (httpAnswer.status() != 200) {
      throw httpAnswer.refused();
    }
    if (how) {
      System.err.println(
          httpAnswer.headers().get("Synod-Level")
              + ", at slot "
              + httpAnswer.headers().get("Synod-Read-Slot"));
    }
    System.out.write(httpAnswer.body().getBytes());
    System.out.flush();
    if (System.out.checkError()) {
      throw new CommandFailure(ExitCode.IO, "the value could not be written to standard output");
    }
    return ExitCode.DONE;
  }
}
