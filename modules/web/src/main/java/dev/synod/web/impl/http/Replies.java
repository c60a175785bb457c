package dev.synod.web.impl.http;

import dev.synod.vertx.SynodException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers in JSON, and whatever goes wrong as {@code application/problem+json} (RFC 9457). */
public final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private static final String LISTENER = "synod.answer";

  private Replies() {}

  /** Is told how a request ends. */
  public interface AnswerListener {
    /**
     * Called once, before the answer is sent.
     *
     * @param detail what went wrong; empty if nothing did
     */
    void answered(int status, String detail);
  }

  /** Has that listener told the answer that these methods give to the request. */
  public static void onAnswer(RoutingContext ctx, AnswerListener listener) {
    ctx.put(LISTENER, listener);
  }

  private static void tell(RoutingContext ctx, int status, String detail) {
    AnswerListener listener = ctx.remove(LISTENER);
    if (listener != null) {
      listener.answered(status, detail);
    }
  }

  public static void json(RoutingContext ctx, int status, JsonObject body) {
    tell(ctx, status, "");
    ctx.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(body.toBuffer());
  }

  /** Makes a problem of whatever a handler of these routes throws or fails with. */
  public static void problemsOf(Route route) {
    route.failureHandler(ctx -> problem(ctx, ctx.failure(), ctx.statusCode()));
  }

  /** Answers methods that an address does not have; after the routes of those it has. */
  public static void onlyMethods(Router router, String path, String methods) {
    Handler<RoutingContext> refuse =
        ctx -> {
          ctx.response().putHeader("Allow", methods);
          throw new ProblemException(
              Problem.METHOD_NOT_ALLOWED,
              "%s is not for %s, only %s"
                  .formatted(ctx.request().path(), ctx.request().method(), methods));
        };
    router.route(path).handler(refuse);
  }

  public static void problem(RoutingContext ctx, Throwable failure) {
    problem(ctx, failure, 500);
  }

  private static void problem(RoutingContext ctx, Throwable failure, int status) {
    Problem problem;
    String detail = failure == null ? "" : String.valueOf(failure.getMessage());
    if (failure instanceof ProblemException e) {
      if (e instanceof TooManyException wait) {
        ctx.response().putHeader("Retry-After", Long.toString(wait.waitMillis() / 1000 + 1));
      }
      problem = e.problem();
    } else if (failure instanceof SynodException e) {
      problem = Problem.of(e);
    } else if (failure instanceof HttpException e && e.getStatusCode() < 500) {
      problem = Problem.BAD_REQUEST;
      detail = "it is not a request as HTTP has them";
    } else if (status >= 400 && status < 500) { // by Vert.x Web, for what it could not read
      problem = Problem.BAD_REQUEST;
      detail = "it is not a request as HTTP has them";
    } else {
      LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
      problem = Problem.INTERNAL;
      detail = "an unexpected error, which the node's log describes";
    }
    problem(ctx, problem, problem.toJson(base(ctx), detail));
  }

  public static void problem(RoutingContext ctx, Problem problem, JsonObject body) {
    tell(ctx, problem.status, problem.title + ": " + body.getString("detail"));
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.headWritten()) {
      ctx.request().connection().close(); // half an answer must not look like a whole one
      return;
    }
    if ((problem.status == 429 || problem.status == 503)
        && !response.headers().contains("Retry-After")) {
      response.putHeader("Retry-After", "1");
    }
    response
        .setStatusCode(problem.status)
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Cache-Control", "no-store")
        .end(body.toBuffer());
  }

  /** Where the routes are mounted; empty if at the top. */
  public static String base(RoutingContext ctx) {
    String mounted = ctx.mountPoint();
    return mounted == null || mounted.equals("/")
        ? ""
        : mounted.endsWith("/") ? mounted.substring(0, mounted.length() - 1) : mounted;
  }

  /** What a kind of problem means: whither the {@code type} of each leads. */
  public static void explain(RoutingContext ctx) {
    String code = String.valueOf(ctx.pathParam("code"));
    for (Problem problem : Problem.values()) {
      if (problem.code().equals(code.toLowerCase(Locale.ROOT))) {
        ctx.response()
            .putHeader("Content-Type", "text/plain; charset=utf-8")
            .end(problem.title + ".\n\n" + problem.advice + "\n");
        return;
      }
    }
    throw new ProblemException(Problem.NOT_FOUND, "there is no kind of problem named " + code);
  }
}
