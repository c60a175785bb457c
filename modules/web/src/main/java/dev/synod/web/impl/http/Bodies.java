package dev.synod.web.impl.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Reads the body of a request as plain bytes. {@code BodyHandler} is not used, because it parses
 * bodies that curl's {@code -d} labels as forms and refuses those that are no forms.
 */
public final class Bodies {
  /**
   * Time for which the rest of a refused body is read and dropped. A connection that is closed
   * while bytes arrive is reset, and the reset can overtake the response (RFC 9112, section 9.6).
   */
  private static final long DISCARD_MILLIS = 2_000;

  private Bodies() {}

  /**
   * Reads the body.
   *
   * @param timeout maximum duration until the whole body has arrived, in milliseconds
   * @return a future that fails with a {@link ProblemException} if the body is too large, has a
   *     content encoding, is only a range, or arrives late
   */
  public static Future<Buffer> read(RoutingContext ctx, int limit, long timeout) {
    HttpServerRequest request = ctx.request();
    String type = header(request, "Content-Type");
    String encoding = header(request, "Content-Encoding");
    String expected = header(request, "Expect");
    if (type.startsWith("multipart/")) {
      return refused(
          Problem.UNSUPPORTED_MEDIA_TYPE, "the body is " + type + "; send the value itself");
    } else if (!encoding.isEmpty() && !encoding.equals("identity")) {
      return refused(
          Problem.UNSUPPORTED_MEDIA_TYPE,
          "the body is encoded with " + encoding + "; send it plain");
    } else if (request.headers().contains("Content-Range")) {
      return refused(
          Problem.BAD_REQUEST, "the body is a part of a value (Content-Range); send all of it");
    } else if (!expected.isEmpty() && !expected.equals("100-continue")) {
      return refused(Problem.EXPECTATION_FAILED, "the request expects \"" + expected + "\"");
    } else if (length(request) > limit) {
      return tooLarge(limit);
    }
    if (request.isEnded()) { // a BodyHandler of the application has read the body
      Buffer body = ctx.body().buffer();
      return body == null
          ? Future.succeededFuture(Buffer.buffer())
          : body.length() > limit ? tooLarge(limit) : Future.succeededFuture(body);
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    long late =
        ctx.vertx()
            .setTimer(
                timeout,
                over ->
                    promise.tryFail(
                        new ProblemException(
                            Problem.REQUEST_TIMEOUT,
                            String.format(
                                Locale.ROOT,
                                "after %d ms only %d bytes had come",
                                timeout,
                                body.length()))));
    request.handler(
        part -> {
          if (body.length() + part.length() <= limit) {
            body.appendBuffer(part);
          } else {
            request.handler(rest -> {});
            tooLarge(limit).onFailure(promise::tryFail);
          }
        });
    request.endHandler(end -> promise.tryComplete(body));
    request.exceptionHandler(
        broken ->
            promise.tryFail(
                new ProblemException(Problem.BAD_REQUEST, "the body ended before its length")));
    if (!expected.isEmpty()) {
      ctx.response().writeContinue();
    }
    request.resume();
    return promise.future().onComplete(done -> ctx.vertx().cancelTimer(late));
  }

  private static String header(HttpServerRequest request, String name) {
    String value = request.getHeader(name);
    return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the value of Content-Length; 0 if it is no number. */
  private static long length(HttpServerRequest request) {
    String length = header(request, "Content-Length");
    boolean number = !length.isEmpty() && length.chars().allMatch(c -> c >= '0' && c <= '9');
    return !number ? 0 : length.length() > 18 ? Long.MAX_VALUE : Long.parseLong(length);
  }

  /**
   * Tells whether the connection holds a body that has not arrived whole; HTTP/2 keeps the bodies
   * apart.
   */
  static boolean isUnread(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_2
        && !request.isEnded()
        && (request.headers().contains("Transfer-Encoding") || length(request) > 0);
  }

  /** Drops the rest of a refused body, and closes the connection, as its response has announced. */
  static void discard(RoutingContext ctx, Future<Void> answered) {
    HttpServerRequest request = ctx.request();
    if (!header(request, "Expect").isEmpty()) { // the client has not sent the body yet
      answered.onComplete(sent -> request.connection().close());
      return;
    }
    long over = ctx.vertx().setTimer(DISCARD_MILLIS, late -> request.connection().close());
    request.handler(rest -> {});
    request.exceptionHandler(broken -> ctx.vertx().cancelTimer(over));
    request.endHandler(
        end -> {
          ctx.vertx().cancelTimer(over);
          answered.onComplete(sent -> request.connection().close());
        });
    request.resume();
  }

  private static Future<Buffer> tooLarge(int limit) {
    return refused(Problem.TOO_LARGE, "a value has at most " + limit + " bytes");
  }

  private static Future<Buffer> refused(Problem problem, String detail) {
    return Future.failedFuture(new ProblemException(problem, detail));
  }
}
