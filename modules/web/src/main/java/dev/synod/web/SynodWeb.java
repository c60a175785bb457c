package dev.synod.web;

import dev.synod.vertx.Synod;
import dev.synod.vertx.config.CertificateExpiry;
import dev.synod.vertx.config.ExposureCheck;
import dev.synod.vertx.config.TlsOptions;
import dev.synod.web.auth.Authority;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.api.Site;
import dev.synod.web.impl.feed.Meter;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group for browsers and for HTTP: the page at {@code /}, the client at {@code
 * /synod.js}, the feed at {@code /feed}, and the API at {@code /api/v1}.
 *
 * <p>Either {@link #listen} with a server of its own, or mount {@link #router} in an application's.
 * Close it before the member it serves. Methods may be called from any thread.
 */
public final class SynodWeb {
  /**
   * How long a page may take to answer that it heard the goodbye; one that is cut off never does.
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
   * The web of a member; it serves nothing yet.
   *
   * @throws dev.synod.vertx.config.ConfigurationException if the options are not valid
   */
  public static SynodWeb create(Vertx vertx, Synod synod, WebOptions options) {
    return new SynodWeb(vertx, synod, new WebOptions(options).validate(), null);
  }

  /**
   * The same, with an authority of the application's in place of what the options say of tokens.
   */
  public static SynodWeb create(Vertx vertx, Synod synod, WebOptions options, Authority authority) {
    return new SynodWeb(vertx, synod, new WebOptions(options).validate(), authority);
  }

  /**
   * Serves metrics at {@code /metrics}, from routers that are made from now on.
   *
   * @param exposition the metrics in Prometheus' text format; for Micrometer's registry {@code
   *     registry::scrape}. Called on an event loop
   * @return this
   */
  public SynodWeb metrics(Supplier<String> exposition) {
    this.metrics = exposition;
    return this;
  }

  /**
   * Serves a planned stop at {@code POST /api/v1/stop}, from routers that are made from now on: one
   * that would leave a group which cannot elect another leader is refused unless it is forced.
   *
   * @param action closes whatever is to be closed; called on an event loop, once it is answered
   * @return this
   */
  public SynodWeb onStop(Runnable action) {
    this.stop = action;
    return this;
  }

  /** The member that is served. */
  Synod synod() {
    return synod;
  }

  /**
   * All routes, to be mounted: {@code router.route("/synod/*").subRouter(web.router())}. Its server
   * must run on event loops. That server's limits on frames and bodies are the application's to
   * set.
   */
  public Router router() {
    return site.router(metrics, stop);
  }

  /**
   * Starts a server on an event loop of its own.
   *
   * @return this, listening; fails with {@link ListenException} if the port is in use
   */
  public Future<SynodWeb> listen() {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(options.getHost())
            .setPort(options.getPort())
            .setWebSocketClosingTimeout(CLOSING_SECONDS)
            // Beyond its limit a frame is refused in words; far beyond it is not even read.
            .setMaxWebSocketFrameSize(2 * options.getMaxFrameBytes())
            .setMaxWebSocketMessageSize(2 * options.getMaxFrameBytes());
    TlsOptions tls = options.getTls();
    if (tls != null) {
      // One HTTP, in clear or not: 1.1.
      tls.applyTo(server.setUseAlpn(false));
    }
    halfOpen().forEach(door -> LOG.warn("{}", door));
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

  private List<String> halfOpen() {
    List<String> open = new ArrayList<>();
    TlsOptions tls = options.getTls();
    if (!ExposureCheck.isLoopback(options.getHost())) {
      if (!ownAuthority
          && options.getToken() == null
          && options.getAuthentication() == null
          && (tls == null || tls.ca() == null)) {
        open.add(
            "anybody who reaches %s may read and write every map: set up authentication"
                .formatted(options.getHost()));
      }
      if (tls == null) {
        open.add(
            "HTTP at %s is in clear, values and secrets with it: set up TLS, here or in front of it"
                .formatted(options.getHost()));
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
          .requestHandler(router())
          .listen()
          .map(
              (HttpServer listening) -> {
                actualPort = listening.actualPort();
                return listening;
              });
    }
  }

  /** When the certificates that this server shows end; null without TLS. */
  @Nullable CertificateExpiry certificates() {
    return certificates;
  }

  /** The port it listens on; -1 if it does not. */
  public int actualPort() {
    return actualPort;
  }

  /** The sockets, streams and subscriptions at this moment. */
  public WebStats stats() {
    Meter meter = site.meter();
    return new WebStats(
        meter.sockets(), meter.streams(), meter.subscriptions(), meter.heldBytes(), meter.slow());
  }

  /** Tells every subscriber to go elsewhere, and stops the server. */
  public Future<Void> close() {
    String id = deployment;
    return site.close()
        .eventually(() -> id == null ? Future.succeededFuture() : vertx.undeploy(id));
  }

  /** The server could not be started where the options say. */
  public static final class ListenException extends VertxException {
    private static final long serialVersionUID = 1L;

    ListenException(WebOptions options, Throwable cause) {
      super(message(options, cause), cause, true);
    }

    private static String message(WebOptions options, Throwable cause) {
      String where = "port " + options.getPort() + " of " + options.getHost();
      return cause instanceof BindException
          ? where
              + " cannot be listened on: something else uses it, or it is not this machine's. Stop"
              + " what uses it, or set \"port\" to another one, 0 for any ("
              + cause.getMessage()
              + ")"
          : where + " cannot be listened on: " + cause;
    }
  }
}
