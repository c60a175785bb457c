package dev.synod.web.impl.feed;

import dev.synod.vertx.Synod;
import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Who is subscribed: the sockets of the feed, and the streams of server-sent events. */
public final class Feed {
  private static final long STREAM_BEAT_MILLIS = 5_000;
  private static final String STREAM = "/api/v1/maps/:map/watch";

  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final Authenticator authenticator;
  private final Hub hub;
  private final Meter meter = new Meter();

  /** One for each event loop, which is one thread. */
  private final Map<Thread, LoopDispatcher> loopDispatchers = new ConcurrentHashMap<>();

  private final Map<FeedOutlet, Context> feedOutlets = new ConcurrentHashMap<>();
  private volatile boolean closing;

  public Feed(Vertx vertx, Synod synod, WebOptions options, Authenticator authenticator) {
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.authenticator = authenticator;
    this.hub = new Hub(vertx, synod);
    hub.start(options.getMarkInterval());
  }

  public void mount(Router router) {
    SockJSHandler sockJs =
        SockJSHandler.create(
            vertx,
            new SockJSHandlerOptions().setInsertJSESSIONID(false).setLibraryURL("about:blank"));
    router.route("/feed/*").subRouter(sockJs.socketHandler(this::open));
    router.get(STREAM).handler(this::stream);
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

  String member() {
    return synod.member();
  }

  Authenticator authenticator() {
    return authenticator;
  }

  /** Rights can have changed: everybody who watches must have them still. */
  public void askAgain() {
    feedOutlets.forEach(
        (feedOutlet, context) -> context.runOnContext(nothing -> feedOutlet.askAgain()));
  }

  /** Has an outlet asked again when a visitor's time is over; to be cancelled with its end. */
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
          "the feed is served on event loops: mount its router in the server of an event-loop"
              + " verticle");
    }
    return loopDispatchers.computeIfAbsent(
        Thread.currentThread(), thread -> new LoopDispatcher(context));
  }

  private boolean full() {
    return closing || meter.sockets.get() + meter.streams.get() >= options.getMaxSockets();
  }

  private void open(SockJSSocket socket) {
    FeedSocket page =
        new FeedSocket(socket, this, loopDispatcher(), options.getSocketBudgetBytes(), meter);
    if (full()) {
      page.refuse();
      return;
    }
    meter.sockets.incrementAndGet();
    feedOutlets.put(page, vertx.getOrCreateContext());
    long alive = vertx.setPeriodic(options.getIdleTimeout(), tick -> page.checkAlive());
    socket.handler(page::received);
    socket.exceptionHandler(broken -> {}); // the close that follows says enough
    socket.closeHandler(
        nothing -> {
          vertx.cancelTimer(alive);
          feedOutlets.remove(page);
          meter.sockets.decrementAndGet();
          page.ended();
        });
  }

  private void stream(RoutingContext ctx) {
    Params.only(ctx, Set.of("from"));
    String map = Params.map(ctx);
    Principal principal = Authenticator.visitor(ctx);
    Authenticator.require(ctx, Permission.READ, map);
    String lastId = ctx.request().getHeader("Last-Event-ID");
    long from =
        lastId != null
            ? Params.number("the header Last-Event-ID", lastId, 0, ClientFrame.MAX)
            : Params.number(ctx, "from", -1, 0, ClientFrame.MAX);
    if (full()) {
      throw new ProblemException(
          Problem.OVERLOADED, options.getMaxSockets() + " sockets and streams are open");
    }
    LoopDispatcher loopDispatcher = loopDispatcher();
    EventStream stream = new EventStream(ctx, principal, options.getSocketBudgetBytes(), meter);
    Watcher watcher =
        new Watcher(0, map, ClientFrame.Policy.RESUME, from, stream, loopDispatcher, hub);
    meter.streams.incrementAndGet();
    feedOutlets.put(stream, vertx.getOrCreateContext());
    long beat = vertx.setPeriodic(STREAM_BEAT_MILLIS, tick -> stream.beat());
    long over = askAgainAt(principal, stream);
    ctx.addEndHandler(
        ended -> {
          vertx.cancelTimer(over);
          vertx.cancelTimer(beat);
          feedOutlets.remove(stream);
          meter.streams.decrementAndGet();
          watcher.close();
          stream.gone();
        });
    stream.watch(watcher, options.getLagWait());
  }

  /** Says goodbye to all; ends when all of them have been told. */
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
