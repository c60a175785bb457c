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
import java.util.function.Predicate;

/** A request about the group itself, whose answer is JSON. */
public final class GroupCall {
  private static final long LOOK_MILLIS = 200;

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
   * Sends a change of the group. If its answer is lost, the command reads the group until the
   * change is in use, because a repeated request would be refused after a first one that took
   * effect.
   *
   * @param path path of the request; GET of the same path returns the group in the same form
   * @param made tells whether the change is in use, given the result of that GET
   * @return the answer to the request, or the result of GET
   * @throws CommandFailure if the change is refused, or if its outcome stays unknown
   */
  public static JsonObject change(
      ClientOptions client,
      HttpMethod method,
      String path,
      JsonObject body,
      Predicate<JsonObject> made)
      throws InterruptedException {
    HttpCall call = new HttpCall(method, path, Map.of(), Buffer.buffer(body.encode()));
    Vertx vertx = HttpCommand.vertx();
    try {
      GroupClient members = new GroupClient(vertx, client, 1);
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(client.timeoutMillis());
      return HttpCommand.await(
          members
              .call(call)
              .transform(
                  answered ->
                      isInDoubt(answered)
                          ? look(vertx, members, HttpCall.get(path), made, until, why(answered))
                          : answered.succeeded()
                              ? done(answered.result())
                              : Future.failedFuture(answered.cause())));
    } finally {
      HttpCommand.await(vertx.close());
    }
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

  private static Future<JsonObject> look(
      Vertx vertx,
      GroupClient members,
      HttpCall get,
      Predicate<JsonObject> made,
      long until,
      String why) {
    return members
        .call(get)
        .compose(GroupCall::done)
        .compose(
            group -> {
              if (made.test(group)) {
                return Future.succeededFuture(group);
              }
              if (System.nanoTime() - until > 0) {
                return Future.failedFuture(
                    new CommandFailure(
                        ExitCode.OUTCOME_UNKNOWN,
                        "the outcome of the change is unknown: it may take effect now, later or"
                            + " never. The last answer: "
                            + why));
              }
              return vertx
                  .timer(LOOK_MILLIS)
                  .compose(again -> look(vertx, members, get, made, until, why));
            });
  }
}
