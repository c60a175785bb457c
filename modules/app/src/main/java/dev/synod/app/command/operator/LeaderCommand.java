package dev.synod.app.command.operator;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupCall;
import dev.synod.app.client.HttpCall;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.Subcommands;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;
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
    HttpCall call =
        new HttpCall(HttpMethod.PUT, "/api/v1/leader", Map.of(), Buffer.buffer(body.encode()));
    JsonObject answer = GroupCall.ask(client, call);
    System.out.println(answer.getString("leader") + " leads");
    return ExitCode.DONE;
  }
}
