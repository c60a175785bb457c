package dev.synod.web.impl.api;

import dev.synod.vertx.Synod;
import dev.synod.web.auth.Authority;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.auth.ConfiguredAuthority;
import dev.synod.web.impl.auth.OriginCheck;
import dev.synod.web.impl.feed.Feed;
import dev.synod.web.impl.feed.Meter;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that one node serves, at which address, and behind which checks. */
public final class Site {
  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final OriginCheck originCheck;
  private final Authenticator authenticator;
  private final Feed feed;

  /** With the authority that the options describe. */
  public Site(Vertx vertx, Synod synod, WebOptions options) {
    this(vertx, synod, options, new ConfiguredAuthority(vertx, options));
  }

  /** With an authority of the application's. */
  public Site(Vertx vertx, Synod synod, WebOptions options, Authority authority) {
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.originCheck = new OriginCheck(options.getPeers());
    this.authenticator = new Authenticator(authority, options);
    this.feed = new Feed(vertx, synod, options, authenticator);
    authenticator.onChange(feed::askAgain);
  }

  /**
   * A router with everything.
   *
   * @param metrics what {@code /metrics} answers, in Prometheus' text format; null: there is none
   * @param stop what a planned stop does; null: there is none
   */
  public Router router(@Nullable Supplier<String> metrics, @Nullable Runnable stop) {
    Router router = Router.router(vertx);
    Replies.problemsOf(router.route());
    GroupApi.audit(router);
    Operations.audit(router);
    router.route("/api/*").handler(originCheck::checkOrigin);
    router.route("/api/*").handler(authenticator::admit);
    router.route("/metrics").handler(authenticator::admit);
    router.route("/feed/*").handler(originCheck::checkOrigin);
    router.get("/api/v1/status").handler(this::status);
    Replies.onlyMethods(router, "/api/v1/status", "GET");
    new Operations(synod).mount(router, metrics, stop);
    feed.mount(router);
    new MapsApi(synod).mount(router);
    new GroupApi(synod).mount(router);
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

  public Meter meter() {
    return feed.meter();
  }

  public Future<Void> close() {
    authenticator.close();
    return feed.close();
  }
}
