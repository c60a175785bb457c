package dev.synod.web.impl.http;

import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes JSON responses, and failures as {@code application/problem+json} (RFC 9457). */
public final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private static final String LISTENER = "synod.answer";

  private Replies() {}

  /** Receives the outcome of a request. */
  public interface AnswerListener {
    /**
     * Called once, before the answer is sent.
     *
     * @param detail description of the failure; empty for a success
     */
    void answered(int status, String detail);
  }

  /** Registers the listener for the outcome of this request. */
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
    ctx.response().setStatusCode(status).putHeader("Cache-Control", "no-store");
    send(ctx, "application/json", body.toBuffer());
  }

  /** Ends the response with a body; the response to HEAD has only the length of the body. */
  public static Future<Void> send(RoutingContext ctx, String type, Buffer body) {
    ctx.response()
        .putHeader("Content-Type", type)
        .putHeader("Content-Length", Integer.toString(body.length()));
    return ctx.request().method().equals(HttpMethod.HEAD)
        ? ctx.response().end()
        : new AnswerBody(ctx.response(), body).write();
  }

  /** Routes GET, and HEAD with it (RFC 9110, section 9.3.2). */
  public static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  /** Turns every failure of these routes into a problem response. */
  public static void problemsOf(Route route) {
    route.failureHandler(ctx -> problem(ctx, ctx.failure(), ctx.statusCode()));
  }

  /**
   * Answers the methods that a path does not have, and OPTIONS; added after the routes of the path.
   *
   * @param methods methods of the path; GET includes HEAD
   */
  public static void onlyMethods(Router router, String path, String methods) {
    String all = methods.replace("GET", "GET, HEAD") + ", OPTIONS";
    Handler<RoutingContext> refuse =
        ctx -> {
          ctx.response().putHeader("Allow", all);
          if (ctx.request().method().equals(HttpMethod.OPTIONS)) {
            ctx.response().setStatusCode(204).end();
            return;
          }
          throw new ProblemException(
              Problem.METHOD_NOT_ALLOWED,
              String.format(
                  Locale.ROOT,
                  "%s is not for %s, only %s",
                  ctx.request().path(),
                  ctx.request().method(),
                  all));
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
      detail = "the request is not valid HTTP";
    } else if (status >= 400 && status < 500) { // Vert.x Web throws this for malformed requests
      problem = Problem.BAD_REQUEST;
      detail = "the request is not valid HTTP";
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
      ctx.request().connection().close(); // a partial response must not look complete
      return;
    }
    if ((problem.status == 429 || problem.status == 503)
        && !response.headers().contains("Retry-After")) {
      response.putHeader("Retry-After", "1");
    }
    response.setStatusCode(problem.status).putHeader("Cache-Control", "no-store");
    boolean unread = Bodies.isUnread(ctx.request());
    if (unread) {
      response.putHeader("Connection", "close");
    }
    Future<Void> sent = send(ctx, "application/problem+json", body.toBuffer());
    if (unread) {
      Bodies.discard(ctx, sent);
    }
  }

  /** Returns the path at which the routes are mounted; empty for the root. */
  public static String base(RoutingContext ctx) {
    String mounted = ctx.mountPoint();
    return mounted == null || mounted.equals("/")
        ? ""
        : mounted.endsWith("/") ? mounted.substring(0, mounted.length() - 1) : mounted;
  }

  /** Describes a kind of problem; the {@code type} of each problem links to it. */
  public static void explain(RoutingContext ctx) {
    String code = String.valueOf(ctx.pathParam("code"));
    for (Problem problem : Problem.values()) {
      if (problem.code().equals(code.toLowerCase(Locale.ROOT))) {
        send(
            ctx,
            "text/plain; charset=utf-8",
            Buffer.buffer(problem.title + ".\n\n" + problem.advice + "\n"));
        return;
      }
    }
    throw new ProblemException(Problem.NOT_FOUND, "there is no kind of problem named " + code);
  }
}
