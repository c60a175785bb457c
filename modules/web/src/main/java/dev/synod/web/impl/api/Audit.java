package dev.synod.web.impl.api;

import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line to the log {@code dev.synod.audit} for each request that would change the group
 * or a member: the client's address, the principal, the request and its outcome. The line is
 * written when the outcome is known, also if the connection is closed by then.
 */
final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("dev.synod.audit");
  private static final String BODY = "synod.audit.body";

  /** Maximum length of a text in the line; a longer text is cut. */
  private static final int MOST_CHARACTERS = 2_000;

  private Audit() {}

  /** Writes the outcome of a request to the log; added before the routes of such requests. */
  static void handle(RoutingContext ctx, Authenticator authenticator) {
    HttpServerRequest request = ctx.request();
    String address = authenticator.address(request);
    Replies.onAnswer(
        ctx,
        (status, detail) ->
            LOG.info(
                "from {}, principal {}: {} {}{}: {}{}",
                address,
                Authenticator.name(ctx),
                request.method(),
                quoted(request.uri()),
                body(ctx),
                status,
                detail.isEmpty() ? "" : " " + quoted(detail)));
    ctx.next();
  }

  /** Keeps the body of a request for its line. */
  static void asks(RoutingContext ctx, JsonObject body) {
    ctx.put(BODY, body);
  }

  private static String body(RoutingContext ctx) {
    JsonObject body = ctx.get(BODY);
    return body == null ? "" : " " + cut(body.encode());
  }

  /** Returns the text as a JSON string, which contains no line break. */
  private static String quoted(String text) {
    return Json.encode(cut(text));
  }

  private static String cut(String text) {
    return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
  }
}
