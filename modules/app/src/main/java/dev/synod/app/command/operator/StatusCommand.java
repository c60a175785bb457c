package dev.synod.app.command.operator;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupClient;
import dev.synod.app.client.GroupStatusTable;
import dev.synod.app.client.GroupStatusTable.MemberAnswer;
import dev.synod.app.client.HttpCall;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.terminal.CommandFailure;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code synod status}. */
@Command(
    name = "status",
    description = {
      "Shows the group: in one sentence, then each member as it sees itself.",
      "Asks every --url, and every member that the answers name as a peer; credentials are sent to"
          + " each --url only."
    })
public final class StatusCommand implements Callable<Integer> {
  private static final HttpCall STATUS = HttpCall.get("/api/v1/status");
  private static final long MOST_MILLIS = 5_000;

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(names = "--json", description = "Prints the answers as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    List<MemberAnswer> seen = HttpCommand.with(client, 1, this::askAll);
    GroupStatusTable report = new GroupStatusTable(seen);
    System.out.println(json ? report.toJson().encodePrettily() : report.toText());
    return report.exitCode();
  }

  private Future<List<MemberAnswer>> askAll(GroupClient members) {
    Set<URI> given = new LinkedHashSet<>(members.urls());
    return askAll(members, given)
        .compose(
            first -> {
              Set<URI> peers = new LinkedHashSet<>();
              List<MemberAnswer> wrong = new ArrayList<>();
              first.forEach(one -> peers(one.status(), peers, wrong));
              peers.removeAll(given);
              return askAll(members, peers)
                  .map(
                      second -> {
                        List<MemberAnswer> all = new ArrayList<>(first);
                        all.addAll(second);
                        all.addAll(wrong);
                        return all;
                      });
            });
  }

  private static void peers(JsonObject status, Set<URI> peers, List<MemberAnswer> wrong) {
    for (Object peer :
        status.getJsonObject("web", new JsonObject()).getJsonArray("peers", new JsonArray())) {
      try {
        peers.add(ClientOptions.baseUrl(String.valueOf(peer)));
      } catch (IllegalArgumentException none) {
        wrong.add(new MemberAnswer("\"" + peer + "\"", new JsonObject(), "is no URL of a member"));
      }
    }
  }

  private Future<List<MemberAnswer>> askAll(GroupClient members, Set<URI> urls) {
    List<Future<MemberAnswer>> asked = urls.stream().map(url -> ask(members, url)).toList();
    return Future.all(asked).map(all -> all.<MemberAnswer>list());
  }

  private Future<MemberAnswer> ask(GroupClient members, URI url) {
    return members
        .ask(url, STATUS, Math.min(MOST_MILLIS, client.timeoutMillis()))
        .map(
            httpAnswer -> {
              if (httpAnswer.status() == 401 || httpAnswer.status() == 403) {
                if (members.urls().contains(url)) {
                  throw httpAnswer.refused();
                }
                return new MemberAnswer(
                    url.toString(),
                    new JsonObject(),
                    "asks for credentials, which only a --url is sent");
              }
              return httpAnswer.status() == 200
                  ? new MemberAnswer(url.toString(), httpAnswer.json(), "")
                  : new MemberAnswer(url.toString(), new JsonObject(), httpAnswer.problem());
            })
        .recover(
            failure ->
                failure instanceof CommandFailure || failure instanceof DecodeException
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture(
                        new MemberAnswer(
                            url.toString(),
                            new JsonObject(),
                            "no answer: " + failure.getMessage())));
  }
}
