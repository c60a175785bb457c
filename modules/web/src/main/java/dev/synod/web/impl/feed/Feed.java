package dev.synod.web.impl.feed;
import dev.synod.web.impl.auth.Entrance;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;

import dev.synod.vertx.Synod;
import dev.synod.web.auth.Right;
import dev.synod.web.auth.Visitor;
import dev.synod.web.config.WebOptions;
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
  private static final long STREAM_BEAT_MILLIS = 15_000;
  private static final String STREAM = "/api/v1/maps/:map/watch";

  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final Entrance entrance;
  private final Hub hub;
  private final Meter meter = new Meter();

  /** One for each event loop, which is one thread. */
  private final Map<Thread, Desk> desks = new ConcurrentHashMap<>();

  private final Map<Outlet, Context> outlets = new ConcurrentHashMap<>();
  private volatile boolean closing;

  public Feed(Vertx vertx, Synod synod, WebOptions options, Entrance entrance) {
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.entrance = entrance;
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

  Entrance entrance() {
    return entrance;
  }

  /** Rights can have changed: everybody who watches must have them still. */
  public void askAgain() {
    outlets.forEach((outlet, context) -> context.runOnContext(nothing -> outlet.askAgain()));
  }

  /** Has an outlet asked again when a visitor's time is over; to be cancelled with its end. */
  long askAgainAt(Visitor visitor, Outlet outlet) {
    return visitor.until() == Long.MAX_VALUE
        ? -1
        : vertx.setTimer(
            Math.max(1, visitor.until() - System.currentTimeMillis()), over -> outlet.askAgain());
  }

  void cancel(long timer) {
    vertx.cancelTimer(timer);
  }

  private Desk desk() {
    Context context = vertx.getOrCreateContext();
    if (!context.isEventLoopContext()) {
      throw new IllegalStateException(
          "the feed is served on event loops: mount its router in the server of an event-loop verticle");
    }
    return desks.computeIfAbsent(Thread.currentThread(), thread -> new Desk(context));
  }

  private boolean full() {
    return closing || meter.sockets.get() + meter.streams.get() >= options.getMaxSockets();
  }

  private void open(SockJSSocket socket) {
    FeedSocket page = new FeedSocket(socket, this, desk(), options.getSocketBudgetBytes(), meter);
    if (full()) {
      page.refuse();
      return;
    }
    meter.sockets.incrementAndGet();
    outlets.put(page, vertx.getOrCreateContext());
    long alive = vertx.setPeriodic(options.getIdleTimeout(), tick -> page.checkAlive());
    socket.handler(page::received);
    socket.exceptionHandler(broken -> {}); // the close that follows says enough
    socket.closeHandler(
        nothing -> {
          vertx.cancelTimer(alive);
          outlets.remove(page);
          meter.sockets.decrementAndGet();
          page.ended();
        });
  }

  private void stream(RoutingContext ctx) {
    Params.only(ctx, Set.of("from"));
    String map = Params.map(ctx);
    Visitor visitor = Entrance.visitor(ctx);
    Entrance.require(ctx, Right.READ, map);
    String lastId = ctx.request().getHeader("Last-Event-ID");
    long from =
        lastId != null
            ? Params.number("the header Last-Event-ID", lastId, 0, PageFrame.MAX)
            : Params.number(ctx, "from", -1, 0, PageFrame.MAX);
    if (full()) {
      throw new ProblemException(
          Problem.OVERLOADED, options.getMaxSockets() + " sockets and streams are open");
    }
    Desk desk = desk();
    EventStream stream = new EventStream(ctx, visitor, options.getSocketBudgetBytes(), meter);
    Watcher watcher = new Watcher(0, map, PageFrame.Policy.RESUME, from, stream, desk, hub);
    meter.streams.incrementAndGet();
    outlets.put(stream, vertx.getOrCreateContext());
    long beat = vertx.setPeriodic(STREAM_BEAT_MILLIS, tick -> stream.beat());
    long over = askAgainAt(visitor, stream);
    ctx.addEndHandler(
        ended -> {
          vertx.cancelTimer(over);
          vertx.cancelTimer(beat);
          outlets.remove(stream);
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
    outlets.forEach(
        (outlet, context) ->
            told.add(
                on(
                    context,
                    () -> {
                      outlet.end();
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
