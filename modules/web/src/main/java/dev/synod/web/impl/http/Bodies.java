package dev.synod.web.impl.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads the body of a request as plain bytes. {@code BodyHandler} is not used, because it parses
 * bodies that curl's {@code -d} labels as forms and refuses those that are no forms.
 */
public final class Bodies {
  private Bodies() {}

  /**
   * Reads the body.
   *
   * @return a future that fails with a {@link ProblemException} if the body is too large or has a
   *     content encoding
   */
  public static Future<Buffer> read(RoutingContext ctx, int limit) {
    HttpServerRequest request = ctx.request();
    String type = request.getHeader("Content-Type");
    String encoding = request.getHeader("Content-Encoding");
    if (type != null && type.startsWith("multipart/")) {
      return refused(
          Problem.UNSUPPORTED_MEDIA_TYPE, "the body is " + type + "; send the value itself");
    }
    if (encoding != null && !encoding.equals("identity")) {
      return refused(
          Problem.UNSUPPORTED_MEDIA_TYPE,
          "the body is encoded with " + encoding + "; send it plain");
    }
    if (request.isEnded()) { // a BodyHandler of the application has read the body
      Buffer body = ctx.body().buffer();
      return Future.succeededFuture(body == null ? Buffer.buffer() : body)
          .compose(
              whole ->
                  whole.length() > limit ? tooLarge(ctx, limit) : Future.succeededFuture(whole));
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() + part.length() <= limit) {
            body.appendBuffer(part);
          } else {
            tooLarge(ctx, limit).onComplete(result -> promise.tryFail(result.cause()));
          }
        });
    request.endHandler(end -> promise.tryComplete(body));
    request.exceptionHandler(
        broken ->
            promise.tryFail(
                new ProblemException(Problem.BAD_REQUEST, "the body ended before its length")));
    request.resume();
    return promise.future();
  }

  private static Future<Buffer> tooLarge(RoutingContext ctx, int limit) {
    // The rest of the body is not read, so the connection closes after the response.
    ctx.response().putHeader("Connection", "close");
    return refused(Problem.TOO_LARGE, "a value has at most " + limit + " bytes");
  }

  private static Future<Buffer> refused(Problem problem, String detail) {
    return Future.failedFuture(new ProblemException(problem, detail));
  }
}
