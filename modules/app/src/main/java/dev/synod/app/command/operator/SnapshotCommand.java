package dev.synod.app.command.operator;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupClient;
import dev.synod.app.client.HttpCall;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code synod snapshot}. */
@Command(
    name = "snapshot",
    description = {
      "Has each --url take a snapshot now and cut its log, and prints its slot and member.",
      "Members do so by themselves when their logs have grown."
    })
public final class SnapshotCommand implements Callable<Integer> {
  private static final HttpCall SNAPSHOT =
      new HttpCall(HttpMethod.POST, "/api/v1/snapshot", Map.of(), null);

  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  public Integer call() throws Exception {
    List<String> lines =
        HttpCommand.with(
            client,
            1,
            members ->
                Future.all(members.urls().stream().map(url -> take(members, url)).toList())
                    .map(all -> all.<String>list()));
    lines.forEach(System.out::println);
    return ExitCode.DONE;
  }

  private Future<String> take(GroupClient members, URI url) {
    return members
        .once(url, SNAPSHOT)
        .map(
            httpAnswer -> {
              if (httpAnswer.status() != 200) {
                throw httpAnswer.refused();
              }
              return httpAnswer.json().getLong("slot")
                  + " "
                  + httpAnswer.json().getString("member");
            });
  }
}
