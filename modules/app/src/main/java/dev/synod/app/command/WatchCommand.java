package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupClient;
import dev.synod.app.client.HttpAnswer;
import dev.synod.app.client.HttpCall;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.client.MapOption;
import dev.synod.app.client.SseReader;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code synod watch}. */
@Command(
    name = "watch",
    description = {
      "Prints each change of a map, in the order of the log, until it is told to end.",
      "A line of JSON for each: {\"slot\":17,\"key\":\"k\",\"value\":\"v\",\"version\":9}; the value is null when the"
          + " key was removed.",
      "Without --from, and where the changes asked for are no longer kept, it begins with a line"
          + " {\"snapshot\":true,...} and one for each key that is there.",
      "When a member is lost it goes on at the next, and misses nothing."
    })
public final class WatchCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 300;

  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();

  @Option(
      names = "--from",
      paramLabel = "SLOT",
      description = "Prints what came after that slot; 0: since the beginning.")
  private @Nullable Long from;

  @Override
  public Integer call() throws Exception {
    if (from != null && from < 0) {
      throw new CommandFailure(ExitCode.USAGE, "--from: expected a slot, 0 or more, got " + from);
    }
    Vertx vertx = HttpCommand.vertx();
    try {
      Stream stream =
          new Stream(
              vertx, new GroupClient(vertx, client, 1), map.path() + "/watch", from, System.out);
      stream.open();
      return HttpCommand.await(stream.ended.future());
    } finally {
      HttpCommand.await(vertx.close());
    }
  }

  /** The changes, across as many connections as it takes. On one context. */
  private final class Stream {
    private final Vertx vertx;
    private final GroupClient members;
    private final String path;
    private final PrintStream out;
    private final Promise<Integer> ended = Promise.promise();
    private @Nullable Long position;
    private long lastHeard = System.nanoTime();

    Stream(Vertx vertx, GroupClient members, String path, @Nullable Long from, PrintStream out) {
      this.vertx = vertx;
      this.members = members;
      this.path = path;
      this.position = from;
      this.out = out;
    }

    void open() {
      Map<String, String> resume =
          position == null ? Map.of() : Map.of("Last-Event-ID", position.toString());
      members.stream(new HttpCall(HttpMethod.GET, path, resume, null))
          .compose(this::read)
          .onComplete(
              done -> lost(done.succeeded() ? "the stream ended" : done.cause().getMessage()));
    }

    /** Goes on elsewhere, unless nobody has said anything for too long. */
    private void lost(@Nullable String why) {
      if (ended.future().isComplete()) {
        return;
      }
      if (System.nanoTime() - lastHeard > client.timeoutMillis() * 1_000_000) {
        ended.tryFail(
            new CommandFailure(ExitCode.UNAVAILABLE, "no member could be watched: " + why));
        return;
      }
      members.moveOn();
      vertx.setTimer(PAUSE_MILLIS, timer -> open());
    }

    private Future<Void> read(HttpClientResponse response) {
      if (response.statusCode() != 200) {
        return response
            .body()
            .compose(
                body -> {
                  HttpAnswer httpAnswer =
                      new HttpAnswer(response.statusCode(), response.headers(), body, false);
                  if (httpAnswer.status() < 500
                      && httpAnswer.status() != 429
                      && httpAnswer.status() != 421) {
                    ended.tryFail(httpAnswer.refused());
                  }
                  return Future.failedFuture(httpAnswer.problem());
                });
      }
      response.handler(new SseReader(this::event));
      return response.end();
    }

    private void event(String name, String id, String data) {
      lastHeard = System.nanoTime();
      JsonObject event = new JsonObject(data);
      if (name.equals("ok") && "snapshot".equals(event.getString("mode"))) {
        print(
            new JsonObject()
                .put("snapshot", true)
                .put("slot", event.getValue("index"))
                .put("reason", event.getValue("reason")));
      }
      if (name.equals("chg") || name.equals("snap")) {
        for (Object op : event.getJsonArray("ops", new JsonArray())) {
          JsonObject change = (JsonObject) op;
          print(
              new JsonObject()
                  .put("slot", event.getValue("index"))
                  .put("key", change.getValue("key"))
                  .put("value", change.getValue("value"))
                  .put("version", change.getValue("version")));
        }
      }
      if (!id.isEmpty()) {
        position = Long.valueOf(id);
      }
      out.flush();
      if (out.checkError()) {
        // Whoever read this has had enough.
        ended.tryComplete(ExitCode.IO);
      }
    }

    private void print(JsonObject line) {
      out.println(line.encode());
    }
  }
}
