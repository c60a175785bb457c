package dev.synod.web.impl.feed;

import dev.synod.vertx.Synod;
import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.auth.Connections;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The subscribers of a node: the sockets of the feed and the streams of server-sent events. */
public final class Feed {
  private static final long STREAM_HEARTBEAT_MILLIS = 5_000;
  private static final String STREAM = "/api/v1/maps/:map/watch";

  /** The same stream with the map as a query parameter, for names that a path cannot contain. */
  private static final String ANY_STREAM = "/api/v1/watch";

  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final Authenticator authenticator;
  private final Hub hub;
  private final Connections connections;
  private final Meter meter = new Meter();

  /** One dispatcher for each event loop, which is one thread. */
  private final Map<Thread, LoopDispatcher> loopDispatchers = new ConcurrentHashMap<>();

  private final Map<FeedOutlet, Context> feedOutlets = new ConcurrentHashMap<>();
  private volatile boolean closing;

  public Feed(
      Vertx vertx,
      Synod synod,
      WebOptions options,
      Authenticator authenticator,
      Connections connections) {
    this.connections = connections;
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.authenticator = authenticator;
    this.hub = new Hub(vertx, synod);
    hub.start(options.getMarkInterval());
  }

  public void mount(Router router) {
    SockJSHandlerOptions onlyWebSockets =
        new SockJSHandlerOptions()
            .setInsertJSESSIONID(false)
            .setLibraryURL("about:blank")
            .addDisabledTransport(Transport.XHR.toString())
            .addDisabledTransport(Transport.EVENT_SOURCE.toString())
            .addDisabledTransport(Transport.HTML_FILE.toString())
            .addDisabledTransport(Transport.JSON_P.toString());
    SockJSHandler sockJs = SockJSHandler.create(vertx, onlyWebSockets);
    router.head("/feed/info").handler(ctx -> ctx.reroute(HttpMethod.GET, ctx.request().uri()));
    router.route("/feed/*").subRouter(sockJs.socketHandler(this::open));
    for (String address : List.of(STREAM, ANY_STREAM)) {
      Replies.get(router, address, this::stream);
    }
    Replies.onlyMethods(router, ANY_STREAM, "GET");
  }

  Hub hub() {
    return hub;
  }

  WebOptions options() {
    return options;
  }

  public Meter meter() {
    return meter;
  }

  String group() {
    return synod.group();
  }

  /** Returns the identity of the group's history; empty while the member belongs to no group. */
  String identity() {
    return synod.identity();
  }

  String member() {
    return synod.member();
  }

  Authenticator authenticator() {
    return authenticator;
  }

  /** Checks the permissions of every subscription again, after a possible change. */
  public void askAgain() {
    feedOutlets.forEach(
        (feedOutlet, context) -> context.runOnContext(nothing -> feedOutlet.askAgain()));
  }

  /**
   * Schedules a check of an outlet's permissions at the expiry of the caller's credentials.
   *
   * @return timer, which the outlet cancels when it ends
   */
  long askAgainAt(Principal principal, FeedOutlet feedOutlet) {
    return principal.until() == Long.MAX_VALUE
        ? -1
        : vertx.setTimer(
            Math.max(1, principal.until() - System.currentTimeMillis()),
            over -> feedOutlet.askAgain());
  }

  void cancel(long timer) {
    vertx.cancelTimer(timer);
  }

  private LoopDispatcher loopDispatcher() {
    Context context = vertx.getOrCreateContext();
    if (!context.isEventLoopContext()) {
      throw new IllegalStateException(
          "the feed needs an event loop: mount its router in the server of an event-loop verticle");
    }
    return loopDispatchers.computeIfAbsent(
        Thread.currentThread(), thread -> new LoopDispatcher(context));
  }

  private boolean full() {
    return closing || meter.sockets.get() + meter.streams.get() >= options.getMaxSockets();
  }

  private void open(SockJSSocket socket) {
    HttpServerRequest request = socket.routingContext().request();
    FeedSocket page =
        new FeedSocket(
            socket,
            authenticator.address(request),
            this,
            loopDispatcher(),
            options.getSocketBudgetBytes(),
            meter);
    socket.exceptionHandler(broken -> {}); // the following close reports the failure
    if (full()) {
      socket.closeHandler(nothing -> connections.closed(request.connection()));
      page.refuse();
      return;
    }
    meter.sockets.incrementAndGet();
    feedOutlets.put(page, vertx.getOrCreateContext());
    long greeting = vertx.setTimer(options.getRequestTimeout(), late -> page.checkGreeted());
    long alive = vertx.setPeriodic(options.getIdleTimeout(), tick -> page.checkAlive());
    socket.handler(page::received);
    socket.closeHandler(
        nothing -> {
          connections.closed(request.connection());
          vertx.cancelTimer(greeting);
          vertx.cancelTimer(alive);
          feedOutlets.remove(page);
          meter.sockets.decrementAndGet();
          page.ended();
        });
  }

  private void stream(RoutingContext ctx) {
    Params.only(ctx, Set.of("from"), "map");
    String map = Params.map(ctx);
    Principal principal = Authenticator.visitor(ctx);
    Authenticator.require(ctx, Permission.READ, map);
    if (identity().isEmpty()) {
      throw ProblemException.noGroup(); // an empty state of no history is nothing to watch
    }
    String lastId = ctx.request().getHeader("Last-Event-ID");
    Position from =
        lastId != null
            ? Position.ofEvent("the header Last-Event-ID", lastId, identity())
            : Position.ofParameter("the parameter \"from\"", Params.text(ctx, "from"), identity());
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      EventStream.head(ctx.response()).end();
      return;
    }
    if (full()) {
      throw new ProblemException(
          Problem.OVERLOADED, options.getMaxSockets() + " sockets and streams are open");
    }
    LoopDispatcher loopDispatcher = loopDispatcher();
    EventStream stream =
        new EventStream(ctx, principal, this, options.getSocketBudgetBytes(), meter);
    Watcher watcher =
        new Watcher(0, map, ClientFrame.Policy.RESUME, from, stream, loopDispatcher, hub);
    meter.streams.incrementAndGet();
    feedOutlets.put(stream, vertx.getOrCreateContext());
    long heartbeat = vertx.setPeriodic(STREAM_HEARTBEAT_MILLIS, tick -> stream.heartbeat());
    long over = askAgainAt(principal, stream);
    ctx.addEndHandler(
        ended -> {
          vertx.cancelTimer(over);
          vertx.cancelTimer(heartbeat);
          feedOutlets.remove(stream);
          meter.streams.decrementAndGet();
          watcher.close();
          stream.gone();
        });
    stream.watch(watcher, options.getLagWait());
  }

  /**
   * Closes all sockets and streams with a message.
   *
   * @return a future that succeeds when the message was sent to all of them
   */
  public Future<Void> close() {
    closing = true;
    hub.stop();
    List<Future<Void>> told = new ArrayList<>();
    feedOutlets.forEach(
        (feedOutlet, context) ->
            told.add(
                on(
                    context,
                    () -> {
                      feedOutlet.end();
                      return Future.succeededFuture();
                    })));
    return Future.join(told).mapEmpty();
  }

  private static Future<Void> on(Context context, Supplier<Future<Void>> action) {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(nothing -> action.get().onComplete(promise));
    return promise.future();
  }
}
