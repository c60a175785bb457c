package dev.synod.web.impl.api;

import dev.synod.vertx.Synod;
import dev.synod.web.auth.Authority;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.auth.ConfiguredAuthority;
import dev.synod.web.impl.auth.Connections;
import dev.synod.web.impl.auth.HostCheck;
import dev.synod.web.impl.auth.OriginCheck;
import dev.synod.web.impl.feed.Feed;
import dev.synod.web.impl.feed.Meter;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import dev.synod.web.impl.http.Targets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All routes of a node, with their addresses and checks. */
public final class Site {
  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final Connections connections;
  private final HostCheck hostCheck;
  private final OriginCheck originCheck;
  private final Authenticator authenticator;
  private final Feed feed;

  /** Creates the routes with the authority that the options describe. */
  public Site(Vertx vertx, Synod synod, WebOptions options) {
    this(
        vertx,
        synod,
        options,
        new ConfiguredAuthority(vertx, options),
        options.getToken() != null || options.getAuthentication() != null);
  }

  /** Creates the routes with an authority of the application. */
  public Site(Vertx vertx, Synod synod, WebOptions options, Authority authority) {
    this(vertx, synod, options, authority, true);
  }

  private Site(
      Vertx vertx, Synod synod, WebOptions options, Authority authority, boolean authenticates) {
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.connections = new Connections(vertx, options);
    this.hostCheck = new HostCheck(options, authenticates);
    this.originCheck = new OriginCheck(options.getPeers());
    this.authenticator = new Authenticator(authority, options);
    this.feed = new Feed(vertx, synod, options, authenticator, connections);
    authenticator.onChange(feed::askAgain);
  }

  /**
   * Creates a router with all routes.
   *
   * @param metrics supplier of {@code /metrics} in Prometheus text format; null omits the route
   * @param stop action of a planned stop; null omits the route
   */
  public Router router(@Nullable Supplier<String> metrics, @Nullable Runnable stop) {
    Router router = Router.router(vertx);
    Replies.problemsOf(router.route());
    GroupApi.audit(router, authenticator);
    Operations.audit(router, authenticator);
    router.route().handler(connections::begin);
    router.route().handler(hostCheck::check);
    router.route().handler(Targets::check);
    router.route("/api/*").handler(originCheck::checkOrigin);
    router.route("/api/*").handler(authenticator::admit);
    router.route("/metrics").handler(authenticator::admit);
    router.route("/feed/*").handler(originCheck::checkOrigin);
    Replies.get(router, "/api/v1/status", this::status);
    Replies.onlyMethods(router, "/api/v1/status", "GET");
    new Operations(synod).mount(router, metrics, stop);
    feed.mount(router);
    new MapsApi(synod, options.getRequestTimeout()).mount(router);
    new GroupApi(synod, options.getRequestTimeout()).mount(router);
    Replies.get(router, "/problems/:code", Replies::explain);
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

  /** Limits a connection of the node's own server. */
  public void accept(HttpConnection connection) {
    connections.opened(connection);
  }

  public Future<Void> close() {
    authenticator.close();
    return feed.close();
  }
}
