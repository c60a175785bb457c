package dev.synod.app.client;

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
import org.jspecify.annotations.Nullable;

/**
 * Prints the changes of a map as lines of JSON. When a node ends the stream, or sends nothing for
 * too long, the stream continues at the next node. Used on one context.
 */
public final class WatchStream {
  private static final long PAUSE_MILLIS = 300;

  private final ClientOptions options;
  private final Vertx vertx;
  private final GroupClient members;
  private final String path;
  private final long silenceMillis;
  private final PrintStream out;
  private final Promise<Integer> ended = Promise.promise();

  /** Slot after which the output begins; null once an event has named a position. */
  private @Nullable Long from;

  /** Id of the last event, which names the history of the group too; null before the first. */
  private @Nullable String position;

  /** Time of the last byte of the present stream. */
  private long lastHeard;

  /** Time since which there is no stream. */
  private long searchingSince = System.nanoTime();

  /**
   * Creates a stream; {@link #open} sends the first request.
   *
   * @param from slot after which the output begins; null begins with a snapshot
   * @param silenceMillis time without a byte after which a node counts as lost, in milliseconds
   */
  public WatchStream(
      Vertx vertx,
      ClientOptions options,
      String path,
      @Nullable Long from,
      long silenceMillis,
      PrintStream out) {
    this.vertx = vertx;
    this.options = options;
    this.members = new GroupClient(vertx, options, 1);
    this.silenceMillis = silenceMillis;
    this.path = path;
    this.from = from;
    this.out = out;
  }

  /**
   * Sends the first request.
   *
   * @return a future with an {@link ExitCode} when the reader of the output has closed it; the
   *     future fails with a {@link CommandFailure} when no member can be watched
   */
  public Future<Integer> open() {
    connect();
    return ended.future();
  }

  private void connect() {
    Map<String, String> resume = position == null ? Map.of() : Map.of("Last-Event-ID", position);
    String target = from == null ? path : path + (path.contains("?") ? "&from=" : "?from=") + from;
    members.stream(
            new HttpCall(HttpMethod.GET, target, resume, null),
            Math.min(silenceMillis, options.timeoutMillis()))
        .compose(this::read)
        .onComplete(
            done -> lost(done.succeeded() ? "the stream ended" : done.cause().getMessage()));
  }

  /** Continues at the next node, unless there was no stream for too long. */
  private void lost(@Nullable String why) {
    if (ended.future().isComplete()) {
      return;
    }
    if (System.nanoTime() - searchingSince > options.timeoutMillis() * 1_000_000) {
      ended.tryFail(new CommandFailure(ExitCode.UNAVAILABLE, "no member could be watched: " + why));
      return;
    }
    members.moveOn();
    vertx.setTimer(PAUSE_MILLIS, timer -> connect());
  }

  private Future<Void> read(HttpClientResponse response) {
    String type = response.getHeader("Content-Type");
    if (response.statusCode() != 200 || !"text/event-stream".equals(type)) {
      return response
          .body()
          .compose(
              body -> {
                HttpAnswer httpAnswer =
                    new HttpAnswer(response.statusCode(), response.headers(), body, false);
                if (httpAnswer.isOfMember()
                    && httpAnswer.status() < 500
                    && httpAnswer.status() != 429) {
                  ended.tryFail(httpAnswer.refused());
                }
                return Future.failedFuture(httpAnswer.problem());
              });
    }
    SseReader reader = new SseReader(this::event);
    response.handler(
        bytes -> {
          lastHeard = System.nanoTime();
          reader.handle(bytes);
        });
    lastHeard = System.nanoTime();
    // The client's own timeouts end with the head of the response.
    long timer =
        vertx.setPeriodic(
            Math.max(1, silenceMillis / 4),
            look -> {
              if (System.nanoTime() - lastHeard > silenceMillis * 1_000_000) {
                var unused = response.request().reset();
              }
            });
    return response
        .end()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              searchingSince = System.nanoTime();
            });
  }

  private void event(String name, String id, String data) {
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
      position = id;
      from = null;
    }
    out.flush();
    if (out.checkError()) {
      // The reader of the output has closed it.
      ended.tryComplete(ExitCode.IO);
    }
  }

  private void print(JsonObject line) {
    out.println(line.encode());
  }
}
