package dev.synod.app.client;

import dev.synod.app.terminal.CommandErrors;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A request about the group itself, whose answer is JSON. */
public final class GroupCall {
  private static final long PAUSE_MILLIS = 200;

  private GroupCall() {}

  /**
   * Sends a request and waits for its answer.
   *
   * @throws CommandFailure if the request is refused, or if no member answers
   */
  public static JsonObject ask(ClientOptions client, HttpCall call) throws InterruptedException {
    return HttpCommand.with(
        client, 1, members -> members.call(call).compose(answer -> done(answer)));
  }

  /**
   * Sends a change of the group, bound to the configuration that the group is in. The change is
   * therefore made once, however often the request is sent, and a request whose answer is lost is
   * sent again.
   *
   * @param path path of the request; GET of the same path returns the group in the same form
   * @return the answer to the request
   * @throws CommandFailure if the change is refused, or if its outcome stays unknown
   */
  public static JsonObject change(
      ClientOptions client, HttpMethod method, String path, JsonObject body)
      throws InterruptedException {
    Vertx vertx = HttpCommand.vertx();
    try {
      GroupClient members = new GroupClient(vertx, client, 1);
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(client.timeoutMillis());
      return HttpCommand.await(
          members
              .call(HttpCall.get(path))
              .compose(GroupCall::done)
              .map(
                  group ->
                      new HttpCall(
                          method,
                          path,
                          Map.of("If-Match", "\"" + group.getLong("configuration") + "\""),
                          Buffer.buffer(body.encode())))
              .compose(call -> send(vertx, members, call, until, false)));
    } finally {
      HttpCommand.await(vertx.close());
    }
  }

  /**
   * Sends a change.
   *
   * @param inDoubt whether an earlier request may take effect yet: a refusal is not final then,
   *     because the earlier request may still be in progress
   */
  private static Future<JsonObject> send(
      Vertx vertx, GroupClient members, HttpCall call, long until, boolean inDoubt) {
    return members
        .call(call)
        .transform(
            answered -> {
              if (answered.succeeded() && answered.result().status() == 200) {
                return done(answered.result());
              } else if (!inDoubt && !isInDoubt(answered)) {
                return answered.succeeded()
                    ? done(answered.result())
                    : Future.failedFuture(answered.cause());
              } else if (System.nanoTime() - until > 0) {
                return Future.failedFuture(
                    new CommandFailure(
                        ExitCode.OUTCOME_UNKNOWN,
                        "the outcome of the change is unknown: it may take effect now, later or"
                            + " never. The last answer: "
                            + why(answered)));
              }
              return vertx
                  .timer(PAUSE_MILLIS)
                  .compose(again -> send(vertx, members, call, until, true));
            });
  }

  private static Future<JsonObject> done(HttpAnswer answer) {
    return answer.status() == 200
        ? Future.succeededFuture(answer.json())
        : Future.failedFuture(answer.refused());
  }

  private static boolean isInDoubt(AsyncResult<HttpAnswer> answered) {
    return answered.succeeded()
        ? answered.result().status() != 200 && answered.result().inDoubt()
        : CommandErrors.of(answered.cause()).exitCode() == ExitCode.OUTCOME_UNKNOWN;
  }

  private static String why(AsyncResult<HttpAnswer> answered) {
    return answered.succeeded()
        ? answered.result().problem()
        : CommandErrors.of(answered.cause()).message();
  }
}
