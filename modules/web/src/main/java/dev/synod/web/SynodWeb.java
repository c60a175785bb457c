package dev.synod.web;

import dev.synod.vertx.Synod;
import dev.synod.vertx.config.CertificateExpiry;
import dev.synod.vertx.config.ExposureCheck;
import dev.synod.vertx.config.TlsOptions;
import dev.synod.web.auth.Authority;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.api.Site;
import dev.synod.web.impl.feed.Meter;
import dev.synod.web.impl.http.Params;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP interface of one member: the page at {@code /}, the JavaScript client at {@code
 * /synod.js}, the feed at {@code /feed}, and the API at {@code /api/v1}.
 *
 * <p>An application either calls {@link #listen}, which starts a server, or mounts {@link #router}
 * in its own server. It closes the web before the member. Every method may be called from any
 * thread.
 */
public final class SynodWeb {
  /**
   * Time in seconds that a page has to confirm the end of the connection; a disconnected page never
   * does.
   */
  private static final int CLOSING_SECONDS = 1;

  private static final Logger LOG = LoggerFactory.getLogger(SynodWeb.class);

  private final Vertx vertx;
  private final Synod synod;
  private final WebOptions options;
  private final Site site;
  private final boolean ownAuthority;
  private final @Nullable CertificateExpiry certificates;
  private @Nullable Supplier<String> metrics;
  private @Nullable Runnable stop;
  private volatile @Nullable String deployment;
  private volatile int actualPort = -1;

  private SynodWeb(Vertx vertx, Synod synod, WebOptions options, @Nullable Authority authority) {
    this.vertx = vertx;
    this.synod = synod;
    this.options = options;
    this.ownAuthority = authority != null;
    TlsOptions tls = options.getTls();
    this.certificates = tls == null ? null : CertificateExpiry.of("web", tls);
    this.site =
        authority == null
            ? new Site(vertx, synod, options)
            : new Site(vertx, synod, options, authority);
  }

  /**
   * Creates the web of a member, which serves nothing before {@link #listen} or {@link #router}.
   *
   * @throws dev.synod.vertx.config.ConfigurationException if the options are invalid
   */
  public static SynodWeb create(Vertx vertx, Synod synod, WebOptions options) {
    return new SynodWeb(vertx, synod, new WebOptions(options).validate(), null);
  }

  /**
   * Creates the web of a member with an authority of the application, which replaces the token and
   * the authentication in the options.
   *
   * @throws dev.synod.vertx.config.ConfigurationException if the options are invalid
   */
  public static SynodWeb create(Vertx vertx, Synod synod, WebOptions options, Authority authority) {
    return new SynodWeb(vertx, synod, new WebOptions(options).validate(), authority);
  }

  /**
   * Serves metrics at {@code /metrics} in every router created afterwards.
   *
   * @param exposition supplier of the metrics in Prometheus text format, such as Micrometer's
   *     {@code registry::scrape}; called on an event loop
   * @return this
   */
  public SynodWeb metrics(Supplier<String> exposition) {
    this.metrics = exposition;
    return this;
  }

  /**
   * Serves a planned stop at {@code POST /api/v1/stop} in every router created afterwards. A stop
   * after which the group could not elect another leader is refused unless it is forced.
   *
   * @param action action that closes the application; called on an event loop after the response
   *     was sent
   * @return this
   */
  public SynodWeb onStop(Runnable action) {
    this.stop = action;
    return this;
  }

  /** Returns the member of this web. */
  Synod synod() {
    return synod;
  }

  /**
   * /** Creates a router with all routes: {@code router.route("/synod/*").subRouter(web.router())}.
   * Its server must run on event loops; the server's limits on frames and bodies are the
   * application's responsibility.
   */
  public Router router() {
    return site.router(metrics, stop);
  }

  /**
   * Starts a server on an event loop.
   *
   * @return a future with this web once it listens; it fails with a {@link ListenException} if the
   *     port is in use
   */
  public Future<SynodWeb> listen() {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(options.getHost())
            .setPort(options.getPort())
            .setWebSocketClosingTimeout(CLOSING_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setWriteIdleTimeout((int) options.getWriteTimeout())
            // A frame above the limit is refused with a message; a frame far above it is not read
            // at all.
            .setMaxWebSocketFrameSize(2 * options.getMaxFrameBytes())
            .setMaxWebSocketMessageSize(2 * options.getMaxFrameBytes())
            // A small compressed frame can inflate beyond every limit before the limit is checked.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setDecompressionSupported(false)
            // The server speaks HTTP/1.1 only, with and without TLS.
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(maxInitialLine());
    TlsOptions tls = options.getTls();
    if (tls != null) {
      tls.applyTo(server.setUseAlpn(false));
    }
    halfOpen().forEach(warning -> LOG.warn("{}", warning));
    if (certificates != null) {
      synod.addHealthCheck(certificates::alarms);
    }
    return vertx
        .deployVerticle(new Server(server))
        .map(
            id -> {
              deployment = id;
              return this;
            })
        .recover(failure -> Future.failedFuture(new ListenException(options, failure)));
  }

  /** Returns a length that fits a map and two keys (prefix and start of a list), all escaped. */
  private int maxInitialLine() {
    int escaped = 3;
    int mapBytes = 4 * Params.MAX_NAME;
    return escaped * (mapBytes + 2 * synod.options().getMaxKeyBytes()) + 1024;
  }

  private List<String> halfOpen() {
    List<String> open = new ArrayList<>();
    TlsOptions tls = options.getTls();
    if (!ExposureCheck.isLoopback(options.getHost())) {
      if (!ownAuthority
          && options.getToken() == null
          && options.getAuthentication() == null
          && (tls == null || tls.ca() == null)) {
        open.add(
            String.format(
                Locale.ROOT,
                "every client that reaches %s may read and write every map: set up authentication",
                options.getHost()));
      }
      if (tls == null) {
        open.add(
            String.format(
                Locale.ROOT,
                "HTTP at %s is not encrypted, which exposes values and secrets: set up TLS here or in a proxy",
                options.getHost()));
      }
    }
    return open;
  }

  private final class Server extends VerticleBase {
    private final HttpServerOptions server;

    Server(HttpServerOptions server) {
      this.server = server;
    }

    @Override
    public Future<?> start() {
      return vertx
          .createHttpServer(server)
          .connectionHandler(site::accept)
          .requestHandler(router())
          .listen()
          .map(
              (HttpServer listening) -> {
                actualPort = listening.actualPort();
                return listening;
              });
    }
  }

  /** Returns the expiry of the certificates that this server shows; null without TLS. */
  @Nullable CertificateExpiry certificates() {
    return certificates;
  }

  /** Returns the port on which the server listens; -1 if it does not listen. */
  public int actualPort() {
    return actualPort;
  }

  /** Returns the current counters. */
  public WebStats stats() {
    Meter meter = site.meter();
    return new WebStats(
        meter.sockets(), meter.streams(), meter.subscriptions(), meter.heldBytes(), meter.slow());
  }

  /** Tells every subscriber to connect to another node, and stops the server. */
  public Future<Void> close() {
    String id = deployment;
    return site.close()
        .eventually(() -> id == null ? Future.succeededFuture() : vertx.undeploy(id));
  }

  /** Thrown if the server cannot listen at its configured address. */
  public static final class ListenException extends VertxException {
    private static final long serialVersionUID = 1L;

    ListenException(WebOptions options, Throwable cause) {
      super(message(options, cause), cause, true);
    }

    private static String message(WebOptions options, Throwable cause) {
      String where = "port " + options.getPort() + " of " + options.getHost();
      return cause instanceof BindException
          ? where
              + " is in use by another process, or is no address of this machine. Stop that"
              + " process, or set \"port\" to another port, 0 for any ("
              + cause.getMessage()
              + ")"
          : where + " is not available: " + cause;
    }
  }
}
