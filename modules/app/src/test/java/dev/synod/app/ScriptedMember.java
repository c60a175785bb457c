package dev.synod.app;

import static dev.synod.fuzzing.Await.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/** An HTTP server that answers each request as the next step of its script; the last step stays. */
public final class ScriptedMember {
  /** The answer to one request, whose body has been read. */
  public interface Step {
    void answer(HttpServerRequest request);
  }

  /** What was asked: {@code METHOD condition}, with {@code -} where there is no condition. */
  public final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /** The header Authorization of each request, or {@code none}. */
  public final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

  /** The path of each request. */
  public final List<String> paths = Collections.synchronizedList(new ArrayList<>());

  /** The body of each request. */
  public final List<String> bodies = Collections.synchronizedList(new ArrayList<>());

  private final Deque<Step> script;
  private final HttpServer server;

  public ScriptedMember(Vertx vertx, Step... steps) throws InterruptedException {
    script = new ArrayDeque<>(List.of(steps));
    server = await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
  }

  private void answer(HttpServerRequest request) {
    String condition =
        Objects.requireNonNullElse(
            request.getHeader("If-Match"),
            Objects.requireNonNullElse(request.getHeader("If-None-Match"), "-"));
    asked.add(request.method() + " " + condition);
    paths.add(request.path());
    authorizations.add(Objects.requireNonNullElse(request.getHeader("Authorization"), "none"));
    Step step = Objects.requireNonNull(script.size() > 1 ? script.poll() : script.peek());
    request
        .body()
        .onSuccess(
            body -> {
              bodies.add(body.toString());
              step.answer(request);
            });
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  public static Step json(int status, JsonObject body) {
    return answer(status, "application/json", body.encode());
  }

  /** A problem as members report them. */
  public static Step problem(int status, String code) {
    return problem(status, code, new JsonObject());
  }

  /** A problem as members report them, with these fields besides. */
  public static Step problem(int status, String code, JsonObject more) {
    return answer(
        status,
        "application/problem+json",
        new JsonObject()
            .put("type", "/problems/" + code)
            .put("title", "t" + status)
            .put("status", status)
            .put("detail", "d")
            .mergeIn(more)
            .encode());
  }

  /** An answer of any kind, such as a gateway's. */
  public static Step answer(int status, String type, String body) {
    return request ->
        request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
  }

  /** A write that was done. */
  public static Step written(long slot) {
    return json(200, new JsonObject().put("slot", slot).put("version", slot));
  }

  /** A key's value. */
  public static Step value(String value, long version, long slot) {
    return request ->
        request
            .response()
            .putHeader("ETag", "\"" + version + "\"")
            .putHeader("Synod-Slot", Long.toString(slot))
            .end(value);
  }

  /** No answer: the connection is closed. */
  public static void hangUp(HttpServerRequest request) {
    var unused = request.connection().close();
  }

  /** No answer, ever, on a connection that stays: a process that is stopped looks like that. */
  public static void silence(HttpServerRequest request) {}
}
