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
 * Limits the connections of the node's own server: their number for each address, and the time
 * until the next request. The idle timeout of Vert.x starts anew with each byte, so a request that
 * arrives byte by byte could hold its connection for ever; these deadlines end it. Safe on all
 * threads.
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
    long deadline = NONE;

    /** Requests that are not answered yet; a pipelined one begins before the answer is written. */
    int requests;

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

  /** Handles the arrival of a request: the deadline of its connection ends. */
  public void begin(RoutingContext ctx) {
    HttpConnection connection = ctx.request().connection();
    Open opened = open.get(connection);
    if (opened != null) {
      opened.requests++;
      vertx.cancelTimer(opened.deadline);
      opened.deadline = NONE;
      ctx.addEndHandler(
          answered -> {
            if (--opened.requests == 0 && open.containsKey(connection)) {
              expect(connection, opened, idleTimeout);
            }
          });
    }
    ctx.next();
  }

  /** Handles the end of a connection; a connection that became a WebSocket does not report it. */
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
