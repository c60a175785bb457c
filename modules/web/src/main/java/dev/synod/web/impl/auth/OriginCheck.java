package dev.synod.web.impl.auth;

import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which pages may use a node: pages of the node itself, pages of its peers, and callers
 * that are no page. A browser sends the origin of a page with each request, including WebSocket
 * handshakes, to which no other rule of browsers applies.
 */
public final class OriginCheck {
  private final Set<String> origins;
  private final @Nullable CorsHandler peers;

  public OriginCheck(List<String> peers) {
    this.origins = peers.stream().map(OriginCheck::origin).collect(Collectors.toUnmodifiableSet());
    this.peers =
        origins.isEmpty()
            ? null
            : CorsHandler.create()
                .addOrigins(List.copyOf(origins))
                .allowedMethods(
                    Set.of(
                        HttpMethod.GET,
                        HttpMethod.HEAD,
                        HttpMethod.PUT,
                        HttpMethod.POST,
                        HttpMethod.DELETE))
                .allowedHeaders(
                    Set.of(
                        "Authorization",
                        "Content-Type",
                        "If-Match",
                        "If-None-Match",
                        "Last-Event-ID"))
                .exposedHeaders(
                    Set.of(
                        "Allow",
                        "ETag",
                        "Retry-After",
                        "Synod-Level",
                        "Synod-Read-Slot",
                        "Synod-Slot",
                        "WWW-Authenticate"))
                .maxAgeSeconds(600);
  }

  /** Returns the origin of a peer's pages in the form that browsers send. */
  public static String origin(String base) {
    URI uri = URI.create(base);
    boolean standard = uri.getPort() == ("https".equals(uri.getScheme()) ? 443 : 80);
    return uri.getScheme()
        + "://"
        + uri.getHost()
        + (uri.getPort() < 0 || standard ? "" : ":" + uri.getPort());
  }

  /** Accepts requests of allowed pages and adds the CORS headers that browsers require. */
  public void checkOrigin(RoutingContext ctx) {
    String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
    if (origins.size() < 2) { // with more of them the handler of the peers says so itself
      ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    if (origin == null || isOwn(ctx, origin)) {
      ctx.next();
    } else if (peers != null && origins.contains(origin)) {
      peers.handle(ctx);
    } else {
      throw new ProblemException(
          Problem.ORIGIN_REFUSED, "the page is from " + origin + ", which is no peer of this node");
    }
  }

  private static boolean isOwn(RoutingContext ctx, String origin) {
    int host = origin.indexOf("://");
    return ctx.request().authority() != null
        && host > 0
        && origin.substring(host + 3).equalsIgnoreCase(ctx.request().authority().toString());
  }
}
