package dev.synod.app.command.operator;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.HttpAnswer;
import dev.synod.app.client.HttpCall;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code synod stop}. */
@Command(
    name = "stop",
    description = {
      "Stops one member in order: it hands leadership over first.",
      "Refused if no other leader could be elected without it, unless --force is given."
    })
public final class StopCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--force",
      description = "Even if without it no leader could be elected, or nothing decided.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    if (client.urls().size() != 1) {
      throw new CommandFailure(
          ExitCode.USAGE, "--url: exactly one, of the member that is to be stopped");
    }
    HttpCall stop =
        new HttpCall(
            HttpMethod.POST, "/api/v1/stop" + (force ? "?force=true" : ""), Map.of(), null);
    HttpAnswer httpAnswer =
        HttpCommand.with(client, 1, asked -> asked.once(client.urls().get(0), stop));
    if (httpAnswer.status() == 409) {
      throw new CommandFailure(ExitCode.CANNOT_ELECT, httpAnswer.problem());
    } else if (httpAnswer.status() != 202) {
      throw httpAnswer.refused();
    }
    System.out.println("member " + httpAnswer.json().getString("stopping") + " stops");
    return ExitCode.DONE;
  }
}
