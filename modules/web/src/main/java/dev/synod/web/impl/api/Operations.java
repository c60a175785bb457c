package dev.synod.web.impl.api;

import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Conditions;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The routes for operators' tools: liveness, readiness, metrics, a planned stop and a snapshot.
 * Liveness and readiness need no authentication and reveal nothing that would need it; stop and
 * snapshot require an operator.
 */
final class Operations {
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String METRICS = "/metrics";
  private static final String STOP = "/api/v1/stop";
  private static final String SNAPSHOT = "/api/v1/snapshot";

  /** Time in seconds after which an event loop without a turn counts as blocked. */
  private static final long TURN_SECONDS = 2;

  private final Synod synod;

  Operations(Synod synod) {
    this.synod = synod;
  }

  /** Adds the audit of the requests that change this member, refused requests included. */
  static void audit(Router router, Authenticator authenticator) {
    router.post(STOP).handler(ctx -> Audit.handle(ctx, authenticator));
    router.post(SNAPSHOT).handler(ctx -> Audit.handle(ctx, authenticator));
  }

  void mount(Router router, @Nullable Supplier<String> metrics, @Nullable Runnable stop) {
    Replies.get(router, LIVE, this::live);
    Replies.onlyMethods(router, LIVE, "GET");
    Replies.get(router, READY, this::ready);
    Replies.onlyMethods(router, READY, "GET");
    router.post(SNAPSHOT).handler(this::snapshot);
    Replies.onlyMethods(router, SNAPSHOT, "POST");
    if (metrics != null) {
      Replies.get(router, METRICS, ctx -> metrics(ctx, metrics));
      Replies.onlyMethods(router, METRICS, "GET");
    }
    if (stop != null) {
      router.post(STOP).handler(ctx -> stop(ctx, stop));
      Replies.onlyMethods(router, STOP, "POST");
    }
  }

  private void live(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    asked()
        .onComplete(
            asked -> {
              boolean turns = asked.succeeded();
              boolean stopped = turns && asked.result().state().equals("stopped");
              health(
                  ctx,
                  turns && !stopped,
                  new JsonObject()
                      .put("live", turns && !stopped)
                      .put("turns", turns)
                      .put("stopped", stopped),
                  !turns
                      ? "the event loop of this member has been blocked for " + TURN_SECONDS + " s"
                      : stopped ? asked.result().summary() : "this member is running");
            });
  }

  private void ready(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    asked()
        .onComplete(
            asked -> {
              Status status = asked.result();
              boolean caughtUp = status != null && status.vitals().caughtUp();
              String leader = status == null ? null : status.leader();
              boolean running = status != null && !status.state().equals("stopped");
              boolean ready = running && caughtUp && leader != null;
              health(
                  ctx,
                  ready,
                  new JsonObject()
                      .put("ready", ready)
                      .put("caughtUp", caughtUp)
                      .put("leader", leader),
                  !running
                      ? "this member is not running"
                      : leader == null
                          ? "no leader is known: " + status.summary()
                          : !caughtUp
                              ? "this member has not applied the slots that were chosen when it"
                                  + " started; "
                                  + status.vitals().lag()
                                  + " slots are missing"
                              : "this member has caught up and follows " + leader);
            });
  }

  /** Returns the member's status; fails if the member's event loop is blocked. */
  private Future<Status> asked() {
    return synod.status().timeout(TURN_SECONDS, TimeUnit.SECONDS);
  }

  private static void health(RoutingContext ctx, boolean well, JsonObject facts, String sentence) {
    Replies.json(ctx, well ? 200 : 503, facts.put("summary", sentence));
  }

  private static void metrics(RoutingContext ctx, Supplier<String> metrics) {
    ctx.response().putHeader("Cache-Control", "no-store");
    Replies.send(ctx, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(metrics.get()));
  }

  /** Takes a snapshot and responds once it is durable. */
  private void snapshot(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    Conditions.refuse(ctx);
    Params.only(ctx, Set.of());
    synod
        .snapshot()
        .onSuccess(
            slot ->
                Replies.json(
                    ctx, 200, new JsonObject().put("member", synod.member()).put("slot", slot)))
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  /**
   * Stops this member. A stop after which the group could not elect a leader is refused unless it
   * is forced.
   */
  private void stop(RoutingContext ctx, Runnable stop) {
    Authenticator.requireOperator(ctx);
    Conditions.refuse(ctx);
    Params.only(ctx, Set.of("force"));
    boolean force = Params.flag(ctx, "force");
    if (!force && !synod.vitals().couldStop()) {
      throw new ProblemException(
          Problem.NEEDED,
          "without "
              + synod.member()
              + " no leader could be elected, because only these acceptors are reachable: "
              + String.join(", ", synod.vitals().reachable()));
    }
    ctx.response().putHeader("Connection", "close");
    ctx.addEndHandler(sent -> stop.run());
    Replies.json(ctx, 202, new JsonObject().put("stopping", synod.member()).put("forced", force));
  }
}
