package dev.synod.web.impl.auth;

import dev.synod.web.config.HostNames;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the host name of each request. A node without authentication trusts every request that
 * reaches its address. A foreign web page reaches the address as well if the page's own name
 * resolves to it (DNS rebinding), and the page's origin is then the node's origin. Only the header
 * {@code Host} distinguishes such a request from others.
 */
public final class HostCheck {
  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::");

  /** Accepted names besides those of the loopback interface; null accepts every name. */
  private final @Nullable Set<String> names;

  private final boolean anyAddress;

  /**
   * Creates a check.
   *
   * @param authenticates whether each request needs credentials, which a foreign page lacks
   */
  public HostCheck(WebOptions options, boolean authenticates) {
    Set<String> known = new HashSet<>();
    String own = HostNames.parse(options.getHost());
    if (own != null) {
      known.add(own);
    }
    options.getHosts().forEach(host -> known.add(HostNames.parse(host)));
    for (String peer : options.getPeers()) {
      known.add(HostNames.parse(URI.create(peer).getHost()));
    }
    this.names = authenticates ? null : known;
    this.anyAddress = own != null && ANY_ADDRESS.contains(own);
  }

  /** Refuses a request whose host is no name of this node. */
  public void check(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    // HTTP/1.0 has requests without a host (RFC 9112, section 3.2), and no browser sends them.
    int least = request.version() == HttpVersion.HTTP_1_1 ? 1 : 0;
    if (request.version() != HttpVersion.HTTP_2 && (hosts.size() > 1 || hosts.size() < least)) {
      throw Params.bad("a request has one header Host, but this request has " + hosts.size());
    }
    for (String host : hosts) {
      accept(request, host);
    }
    String uri = request.uri();
    int scheme = uri.indexOf("://");
    if (!uri.startsWith("/") && scheme > 0) { // in absolute form, which overrides the header
      String rest = uri.substring(scheme + 3);
      int end = 0;
      while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
        end++;
      }
      accept(request, rest.substring(0, end));
    }
    if (request.version() == HttpVersion.HTTP_2) {
      accept(request, String.valueOf(request.authority()));
    }
    ctx.next();
  }

  private void accept(HttpServerRequest request, String authority) {
    if (names == null) {
      return;
    }
    String host = HostNames.ofAuthority(authority);
    boolean known =
        host != null
            && (HostNames.isLoopback(host)
                || names.contains(host)
                || (anyAddress && host.equals(local(request))));
    if (!known) {
      throw new ProblemException(
          Problem.HOST_REFUSED,
          "\"" + authority + "\" is no name of this node, which has no authentication");
    }
  }

  /** Returns the address to which the client connected; an address does not resolve to another. */
  private static @Nullable String local(HttpServerRequest request) {
    String address = request.localAddress() == null ? null : request.localAddress().hostAddress();
    return address == null ? null : HostNames.parse(address);
  }
}
