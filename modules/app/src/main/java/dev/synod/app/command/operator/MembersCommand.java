package dev.synod.app.command.operator;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupCall;
import dev.synod.app.client.HttpCall;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.Subcommands;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code synod members list | add | remove | replace}. */
@Command(
    name = "members",
    description = {
      "Shows and changes who is in the group, while it runs.",
      "A new member is started before it is added, with \"join\": true and an empty directory."
    },
    synopsisSubcommandLabel = "list|add|remove|replace")
public final class MembersCommand extends Subcommands {
  private static final String MEMBERS = "/api/v1/members";

  @Command(name = "list", description = "Lists the members, and who has left.")
  int list(@Mixin ClientOptions client) throws InterruptedException {
    JsonObject group = GroupCall.ask(client, HttpCall.get(MEMBERS));
    System.out.println(
        "configuration "
            + group.getLong("configuration")
            + ", "
            + group.getString("summary")
            + (group.getBoolean("pending") ? ", the next one is decided" : ""));
    group
        .getJsonObject("roles")
        .forEach(of -> System.out.println(of.getKey() + what((JsonArray) of.getValue())));
    for (Object member : group.getJsonArray("left")) {
      System.out.println(member + "  has left");
    }
    return ExitCode.DONE;
  }

  /** Returns the roles of a member that does not have all of them. */
  private static String what(JsonArray roles) {
    return roles.size() == 3
        ? ""
        : roles.stream().map(String::valueOf).collect(Collectors.joining(", ", "  only ", ""));
  }

  @Command(name = "add", description = "Takes members in, once they know what the others know.")
  int add(
      @Mixin ClientOptions client,
      @Mixin ChangeOptions change,
      @Option(names = "--learner", description = "They follow without a say.") boolean learner,
      @Option(
              names = "--roles",
              split = ",",
              paramLabel = "ROLE",
              description = "What they do: acceptor, proposer, learner; all three if left out.")
          @Nullable List<String> roles,
      @Parameters(paramLabel = "MEMBER", arity = "1..*") List<String> members)
      throws InterruptedException {
    JsonObject body = change.body().put(learner ? "learn" : "add", new JsonArray(members));
    if (roles != null) {
      JsonObject all = new JsonObject();
      members.forEach(member -> all.put(member, new JsonArray(roles)));
      body.put("roles", all);
    }
    return changed(client, body);
  }

  @Command(name = "remove", description = "Takes members out, for good: their names are used up.")
  int remove(
      @Mixin ClientOptions client,
      @Mixin ChangeOptions change,
      @Parameters(paramLabel = "MEMBER", arity = "1..*") List<String> members)
      throws InterruptedException {
    return changed(client, change.body().put("remove", new JsonArray(members)));
  }

  @Command(name = "replace", description = "Takes one member out and another in, in one step.")
  int replace(
      @Mixin ClientOptions client,
      @Mixin ChangeOptions change,
      @Parameters(index = "0", paramLabel = "OLD") String old,
      @Parameters(index = "1", paramLabel = "NEW") String successor)
      throws InterruptedException {
    return changed(
        client,
        change
            .body()
            .put("remove", new JsonArray().add(old))
            .put("add", new JsonArray().add(successor)));
  }

  private static int changed(ClientOptions client, JsonObject body) throws InterruptedException {
    JsonObject group = GroupCall.change(client, HttpMethod.POST, MEMBERS, body);
    System.out.println(
        "members " + group.getJsonArray("acceptors").getList() + ", " + group.getString("summary"));
    return ExitCode.DONE;
  }

  /** What every change may say besides. */
  static final class ChangeOptions {
    @Option(
        names = "--quorum",
        paramLabel = "JSON",
        description = "The new rule, where the one that is names members.")
    private @Nullable String quorum;

    @Option(
        names = "--force",
        description =
            "Skips the check that the new quorums are reachable: if they are not, the group stops"
                + " deciding.")
    private boolean force;

    JsonObject body() {
      JsonObject body = new JsonObject().put("force", force);
      return quorum == null ? body : body.put("quorum", rule(quorum));
    }

    static JsonObject rule(String json) {
      try {
        return new JsonObject(json);
      } catch (DecodeException wrong) {
        throw new CommandFailure(
            ExitCode.DATA, "the quorum is not a JSON object: " + wrong.getMessage());
      }
    }
  }
}
