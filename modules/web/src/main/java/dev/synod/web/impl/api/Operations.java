package dev.synod.web.impl.api;

import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an operator's tools ask for: whether this member lives, whether it is of use, its metrics; a
 * planned stop; a snapshot now. The two questions of health need no authentication, and tell
 * nothing that would; stop and snapshot are for operators.
 */
final class Operations {
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String METRICS = "/metrics";
  private static final String STOP = "/api/v1/stop";
  private static final String SNAPSHOT = "/api/v1/snapshot";

  /** An event loop that does not come round in this time does not turn. */
  private static final long TURN_SECONDS = 2;

  private final Synod synod;

  Operations(Synod synod) {
    this.synod = synod;
  }

  /** The requests that change this member are audited, also those that are not let in. */
  static void audit(Router router) {
    router.post(STOP).handler(Audit::handle);
    router.post(SNAPSHOT).handler(Audit::handle);
  }

  void mount(Router router, @Nullable Supplier<String> metrics, @Nullable Runnable stop) {
    router.get(LIVE).handler(this::live);
    Replies.onlyMethods(router, LIVE, "GET");
    router.get(READY).handler(this::ready);
    Replies.onlyMethods(router, READY, "GET");
    router.post(SNAPSHOT).handler(this::snapshot);
    Replies.onlyMethods(router, SNAPSHOT, "POST");
    if (metrics != null) {
      router.get(METRICS).handler(ctx -> metrics(ctx, metrics));
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
                      ? "the event loop of this member has not turned for " + TURN_SECONDS + " s"
                      : stopped ? asked.result().summary() : "this member lives");
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
              boolean lives = status != null && !status.state().equals("stopped");
              boolean ready = lives && caughtUp && leader != null;
              health(
                  ctx,
                  ready,
                  new JsonObject()
                      .put("ready", ready)
                      .put("caughtUp", caughtUp)
                      .put("leader", leader),
                  !lives
                      ? "this member does not live"
                      : leader == null
                          ? "no leader is known: " + status.summary()
                          : !caughtUp
                              ? "what was chosen when this member started is not applied yet, "
                                  + status.vitals().lag()
                                  + " slots are missing"
                              : "this member has caught up, and follows " + leader);
            });
  }

  /** Fails if the member's event loop does not turn. */
  private Future<Status> asked() {
    return synod.status().timeout(TURN_SECONDS, TimeUnit.SECONDS);
  }

  private static void health(RoutingContext ctx, boolean well, JsonObject facts, String sentence) {
    Replies.json(ctx, well ? 200 : 503, facts.put("summary", sentence));
  }

  private static void metrics(RoutingContext ctx, Supplier<String> metrics) {
    ctx.response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(metrics.get());
  }

  /** Answers once the snapshot is durable. */
  private void snapshot(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    Params.only(ctx, Set.of());
    synod
        .snapshot()
        .onSuccess(
            slot ->
                Replies.json(
                    ctx, 200, new JsonObject().put("member", synod.member()).put("slot", slot)))
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  /** A stop that would leave a group which cannot elect is refused, unless it is forced. */
  private void stop(RoutingContext ctx, Runnable stop) {
    Authenticator.requireOperator(ctx);
    Params.only(ctx, Set.of("force"));
    boolean force = Params.flag(ctx, "force");
    if (!force && !synod.vitals().couldStop()) {
      throw new ProblemException(
          Problem.NEEDED,
          "without "
              + synod.member()
              + " no leader could be elected, for within reach are only "
              + String.join(", ", synod.vitals().reachable()));
    }
    ctx.response().putHeader("Connection", "close");
    ctx.addEndHandler(sent -> stop.run());
    Replies.json(ctx, 202, new JsonObject().put("stopping", synod.member()).put("forced", force));
  }
}
