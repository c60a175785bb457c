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

  /** Asks, and waits for the answer; fails with a {@link CommandFailure}. */
  public static JsonObject ask(ClientOptions client, HttpCall call) throws InterruptedException {
    return HttpCommand.with(
        client, 1, members -> members.call(call).compose(answer -> done(answer)));
  }

  /**
   * Has the group changed. A change whose answer was lost is asked for again, and then refused if
   * the first request was carried out; so after a lost answer the group is read, and the change is
   * reported as made when the group is as it was wanted.
   *
   * @param path is read with GET, in the form in which the request is answered
   * @param made whether the group is as it was wanted, by what is read there
   * @return the answer to the request, or what was read; fails with a {@link CommandFailure}
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
                        "whether the change was made is not known: it may be, now or later, or"
                            + " never. The last answer: "
                            + why));
              }
              return vertx
                  .timer(LOOK_MILLIS)
                  .compose(again -> look(vertx, members, get, made, until, why));
            });
  }
}
