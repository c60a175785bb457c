package dev.synod.app.command.operator;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupCall;
import dev.synod.app.client.HttpCall;
import dev.synod.app.command.operator.MembersCommand.ChangeOptions;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.Subcommands;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code synod quorums show | set}. */
@Command(
    name = "quorums",
    description = "Shows and changes which sets of members decide, while the group runs.",
    synopsisSubcommandLabel = "show|set")
public final class QuorumsCommand extends Subcommands {
  private static final String QUORUMS = "/api/v1/quorums";

  @Command(name = "show", description = "Shows the rule.")
  int show(@Mixin ClientOptions client) throws InterruptedException {
    print(GroupCall.ask(client, HttpCall.get(QUORUMS)));
    return ExitCode.DONE;
  }

  @Command(name = "set", description = "Sets the rule, for the members that are.")
  int set(
      @Mixin ClientOptions client,
      @Parameters(paramLabel = "JSON", description = "Such as {\"rule\":\"counts\",\"phase2\":2}.")
          String rule,
      @Option(names = "--force", description = "Though the quorums may be out of reach.")
          boolean force)
      throws InterruptedException {
    JsonObject body = new JsonObject().put("quorum", ChangeOptions.rule(rule)).put("force", force);
    print(GroupCall.change(client, HttpMethod.PUT, QUORUMS, body));
    return ExitCode.DONE;
  }

  private static void print(JsonObject answer) {
    System.out.println(answer.getString("summary"));
    System.out.println(answer.getJsonObject("quorum").encode());
  }
}
