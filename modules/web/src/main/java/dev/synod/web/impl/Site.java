package dev.synod.web.impl;

import dev.synod.vertx.Synod;
import dev.synod.web.WebOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** All that one node serves, at which address, and behind which checks. */
public final class Site {
  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final Guard guard;
  private final Feed feed;

  public Site(Vertx vertx, Synod synod, WebOptions options) {
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.guard = new Guard(options.getPeers(), options.getToken());
    this.feed = new Feed(vertx, synod, options, guard);
  }

  /** A router with everything. */
  public Router router() {
    Router router = Router.router(vertx);
    Replies.problemsOf(router.route());
    router.route("/api/*").handler(guard::checkOrigin);
    router.route("/api/*").handler(guard::checkToken);
    router.route("/feed/*").handler(guard::checkOrigin);
    router.get("/api/v1/status").handler(this::status);
    Replies.onlyMethods(router, "/api/v1/status", "GET");
    router.post("/api/v1/snapshot").handler(this::snapshot);
    Replies.onlyMethods(router, "/api/v1/snapshot", "POST");
    feed.mount(router);
    new MapsApi(synod).mount(router);
    router.get("/problems/:code").handler(Replies::explain);
    new Assets(options.getPeers()).mount(router);
    router
        .route()
        .handler(
            ctx -> {
              throw new ProblemException(
                  Problem.NOT_FOUND, "there is nothing at " + ctx.request().path());
            });
    return router;
  }

  private void status(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    synod
        .status()
        .onSuccess(
            status ->
                Replies.json(
                    ctx,
                    200,
                    status
                        .toJson()
                        .put(
                            "web",
                            new JsonObject()
                                .put("peers", options.getPeers())
                                .put("subscribers", feed.meter().toJson()))))
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private void snapshot(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    synod
        .snapshot()
        .onSuccess(
            slot ->
                Replies.json(
                    ctx, 200, new JsonObject().put("member", synod.member()).put("slot", slot)))
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  public Meter meter() {
    return feed.meter();
  }

  public Future<Void> close() {
    return feed.close();
  }
}
