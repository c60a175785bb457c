package dev.synod.web.impl.auth;

import dev.synod.web.config.AddressRange;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the node's own server: how many each address has, and how long one may wait
 * for the next request. Vert.x' idle timeout starts anew with each byte, so that a request which
 * arrives byte by byte holds its connection for ever; these deadlines do not. Safe on all threads.
 */
public final class Connections {
  private static final long NONE = -1;

  private final Vertx vertx;
  private final long requestTimeout;
  private final long idleTimeout;
  private final int most;
  private final AddressRange proxies;
  private final Map<HttpConnection, Open> open = new ConcurrentHashMap<>();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /** An open connection; its fields are used on the event loop of the connection. */
  private static final class Open {
    final @Nullable String counted;
    long deadline;

    Open(@Nullable String counted) {
      this.counted = counted;
    }
  }

  public Connections(Vertx vertx, WebOptions options) {
    this.vertx = vertx;
    this.requestTimeout = options.getRequestTimeout();
    this.idleTimeout = options.getIdleTimeout();
    this.most = options.getMaxConnectionsPerAddress();
    this.proxies = new AddressRange(options.getTrustedProxies());
  }

  /** Counts a connection, and closes it if its first request does not arrive in time. */
  public void opened(HttpConnection connection) {
    String address = ClientAddress.of(connection.remoteAddress());
    String counted = proxies.contains(address) ? null : ClientAddress.network(address);
    Open opened = new Open(counted);
    if (counted != null && counts.merge(counted, 1, Integer::sum) > most) {
      discount(opened);
      connection.close();
      return;
    }
    open.put(connection, opened);
    connection.closeHandler(nothing -> closed(connection));
    expect(connection, opened, requestTimeout);
  }

  private void expect(HttpConnection connection, Open opened, long millis) {
    opened.deadline = vertx.setTimer(millis, late -> connection.close());
  }

  /** A request has arrived: its connection has time until it is answered. */
  public void begin(RoutingContext ctx) {
    HttpConnection connection = ctx.request().connection();
    Open opened = open.get(connection);
    if (opened != null) {
      vertx.cancelTimer(opened.deadline);
      opened.deadline = NONE;
      ctx.addEndHandler(
          answered -> {
            if (open.containsKey(connection)) {
              expect(connection, opened, idleTimeout);
            }
          });
    }
    ctx.next();
  }

  /** A connection has ended; one that became a WebSocket does not tell by itself. */
  public void closed(HttpConnection connection) {
    Open closed = open.remove(connection);
    if (closed != null) {
      vertx.cancelTimer(closed.deadline);
      discount(closed);
    }
  }

  private void discount(Open closed) {
    if (closed.counted != null) {
      counts.computeIfPresent(closed.counted, (address, count) -> count == 1 ? null : count - 1);
    }
  }
}
