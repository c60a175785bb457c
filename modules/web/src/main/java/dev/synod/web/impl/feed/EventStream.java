package dev.synod.web.impl.feed;

import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * A map as a stream of server-sent events {@code ok}, {@code snap}, {@code chg} and {@code mark},
 * whose data are the frames of the feed. The id of an event is the {@link Position} from which a
 * reader resumes.
 */
final class EventStream extends FeedOutlet {
  private final RoutingContext ctx;
  private final Principal principal;
  private final Feed feed;
  private final HttpServerResponse response;
  private @Nullable Watcher watcher;

  EventStream(RoutingContext ctx, Principal principal, Feed feed, long budget, Meter meter) {
    super(budget, false, meter);
    this.feed = feed;
    this.ctx = ctx;
    this.principal = principal;
    this.response = ctx.response();
  }

  void watch(Watcher watcher, long lagWait) {
    this.watcher = watcher;
    watcher.open(-1, lagWait);
  }

  /** Sets the headers of a stream. */
  static HttpServerResponse head(HttpServerResponse response) {
    return response
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no");
  }

  @Override
  Future<Void> write(FeedFrame feedFrame) {
    String id =
        feedFrame.whole ? "id: " + Position.id(feed.identity(), feedFrame.index) + "\n" : "";
    return response.write(
        "event: " + feedFrame.type + "\n" + id + "data: " + feedFrame.text() + "\n\n");
  }

  @Override
  void ok(Watcher watcher, String mode, @Nullable String reason, long index) {
    if (!response.headWritten()) {
      head(response).setChunked(true);
    }
    JsonObject data = new JsonObject().put("mode", mode).put("index", index);
    if (reason != null) {
      data.put("reason", reason);
    }
    event("ok", data);
  }

  @Override
  void no(Watcher watcher, Problem problem, String message) {
    if (!response.headWritten()) {
      Replies.problem(ctx, new ProblemException(problem, message));
    } else {
      event("no", problem.toJson(Replies.base(ctx), message));
      response.end();
    }
  }

  private void event(String name, JsonObject data) {
    String text = "event: " + name + "\ndata: " + data.encode() + "\n\n";
    writing(ByteBufUtil.utf8Bytes(text), response.write(text));
  }

  /** Sends a comment, so that proxies do not close an idle stream. */
  void heartbeat() {
    if (response.headWritten() && unwritten() == 0) {
      String comment = ":\n\n";
      writing(comment.length(), response.write(comment));
    }
  }

  @Override
  void tooSlow() {
    end(); // the reader reconnects with the last id
  }

  /**
   * Closes the stream, because the node closes; the reader reconnects by itself, possibly to
   * another node.
   */
  @Override
  void end() {
    if (!response.ended() && !response.closed()) {
      response.end();
    }
  }

  /**
   * Closes the stream of a reader without valid credentials; the reader reconnects with new ones.
   */
  @Override
  void askAgain() {
    Watcher watched = watcher;
    if (watched != null && !response.ended() && !principal.may(Permission.READ, watched.topic)) {
      no(
          watched,
          principal.isAdmitted() ? Problem.FORBIDDEN : Problem.DENIED,
          principal.isAdmitted()
              ? Authenticator.forbidden(principal, Permission.READ, watched.topic)
              : "the credentials are no longer valid");
    }
  }

  @Override
  void freed() {
    if (watcher != null) {
      watcher.readOn();
    }
  }
}
