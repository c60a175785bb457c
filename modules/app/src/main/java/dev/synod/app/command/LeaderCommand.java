package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupCall;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.Subcommands;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code synod leader transfer MEMBER}. */
@Command(name = "leader", description = "Moves leadership.", synopsisSubcommandLabel = "transfer")
public final class LeaderCommand extends Subcommands {
  @Command(name = "transfer", description = "Has that member lead, and waits until it does.")
  int transfer(@Mixin ClientOptions client, @Parameters(paramLabel = "MEMBER") String member)
      throws InterruptedException {
    JsonObject body = new JsonObject().put("member", member);
    JsonObject answer = GroupCall.ask(client, HttpMethod.PUT, "/api/v1/leader", body);
    System.out.println(answer.getString("leader") + " leads");
    return ExitCode.DONE;
  }
}
