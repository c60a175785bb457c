package dev.synod.web.impl.auth;

import dev.synod.web.auth.Authority;
import dev.synod.web.auth.Credentials;
import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.TooManyException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets visitors in, as the authority says, and no faster than the options allow: each user by his
 * name, whoever has none by his address. Who fails too often waits, so that nobody can try
 * passwords, or keep the processors busy with it.
 */
public final class Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
  private static final String VISITOR = "synod.visitor";

  /** So many failures of one address at once, and this many in a second after that. */
  private static final int MOST_FAILURES = 20;

  private static final double FAILURES_PER_SECOND = 1;

  private final Authority authority;
  private final boolean asksForPasswords;
  private final RateLimiter requests;
  private final RateLimiter failures =
      new RateLimiter(FAILURES_PER_SECOND, MOST_FAILURES, System::nanoTime);

  public Authenticator(Authority authority, WebOptions options) {
    this.authority = authority;
    this.asksForPasswords =
        options.getAuthentication() != null && options.getAuthentication().users() != null;
    int most = options.getMaxRequestsPerSecond();
    this.requests = new RateLimiter(most, most, System::nanoTime);
  }

  /** Calls back when what visitors may do can have changed. */
  public void onChange(Runnable listener) {
    authority.onChange(listener);
  }

  public void close() {
    authority.close();
  }

  /** Lets the sender of a request in. */
  public void admit(RoutingContext ctx) {
    String address = address(ctx.request().remoteAddress());
    Future<Principal> admitted =
        admit(Credentials.of(ctx.request().getHeader(HttpHeaders.AUTHORIZATION)), address);
    if (admitted.isComplete()) {
      entered(ctx, admitted, address);
    } else {
      ctx.request().pause();
      admitted.onComplete(
          done -> {
            entered(ctx, done, address);
            if (!ctx.request().isEnded()) {
              ctx.request().resume();
            }
          });
    }
  }

  private void entered(RoutingContext ctx, AsyncResult<Principal> admitted, String address) {
    if (admitted.failed()) {
      if (admitted.cause() instanceof ProblemException refused
          && refused.problem() == Problem.DENIED) {
        ctx.response()
            .putHeader(
                "WWW-Authenticate",
                asksForPasswords ? "Bearer, Basic realm=\"synod\", charset=\"UTF-8\"" : "Bearer");
      }
      ctx.fail(admitted.cause());
      return;
    }
    Principal principal = admitted.result();
    long wait = requests.take(principal instanceof Superuser ? address : principal.name());
    if (wait > 0) {
      ctx.fail(new TooManyException("more requests a second than this node allows you", wait));
      return;
    }
    ctx.put(VISITOR, principal);
    ctx.next();
  }

  /**
   * Lets somebody in.
   *
   * @return fails with a {@link ProblemException} if he is not
   */
  public Future<Principal> admit(Credentials shown, String address) {
    long wait = failures.look(address);
    if (wait > 0) {
      return Future.failedFuture(new TooManyException("too often what you showed was wrong", wait));
    }
    return authority
        .admit(shown)
        .recover(
            failure -> {
              if (!(failure instanceof Authority.Denied)) {
                LOG.error("whether somebody is let in could not be found out", failure);
                return Future.failedFuture(
                    new ProblemException(
                        Problem.INTERNAL, "an unexpected error, which the node's log describes"));
              }
              if (!(shown instanceof Credentials.None)) {
                failures.take(address);
              }
              return Future.failedFuture(
                  new ProblemException(Problem.DENIED, String.valueOf(failure.getMessage())));
            });
  }

  public static String address(@Nullable SocketAddress of) {
    return of == null ? "" : String.valueOf(of.hostAddress());
  }

  /** The name of the principal of this request; {@code -} if it was not let in. */
  public static String name(RoutingContext ctx) {
    Principal principal = ctx.get(VISITOR);
    return principal == null ? "-" : principal.name();
  }

  /** Who sent this request. */
  public static Principal visitor(RoutingContext ctx) {
    Principal principal = ctx.get(VISITOR);
    if (principal == null) {
      throw new IllegalStateException(ctx.request().path() + " is not behind the entrance");
    }
    return principal;
  }

  /** Refuses what the visitor may not do with that map. */
  public static void require(RoutingContext ctx, Permission permission, String map) {
    if (!visitor(ctx).may(permission, map)) {
      throw new ProblemException(Problem.FORBIDDEN, forbidden(visitor(ctx), permission, map));
    }
  }

  public static String forbidden(Principal principal, Permission permission, String map) {
    return "%s may not %s the map \"%s\""
        .formatted(principal.name(), permission.name().toLowerCase(Locale.ROOT), map);
  }

  /** Refuses what concerns the whole group. */
  public static void requireOperator(RoutingContext ctx) {
    if (!visitor(ctx).mayOperate()) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          visitor(ctx).name() + " is no operator, who has the right admin for the maps \"*\"");
    }
  }
}
