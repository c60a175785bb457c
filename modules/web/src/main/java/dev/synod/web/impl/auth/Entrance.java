package dev.synod.web.impl.auth;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.TooManyException;

import dev.synod.web.auth.Authority;
import dev.synod.web.auth.Credentials;
import dev.synod.web.auth.Right;
import dev.synod.web.auth.Visitor;
import dev.synod.web.config.WebOptions;
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
public final class Entrance {
  private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
  private static final String VISITOR = "synod.visitor";

  /** So many failures of one address at once, and this many in a second after that. */
  private static final int MOST_FAILURES = 20;

  private static final double FAILURES_PER_SECOND = 1;

  private final Authority authority;
  private final boolean asksForPasswords;
  private final Rates requests;
  private final Rates failures = new Rates(FAILURES_PER_SECOND, MOST_FAILURES, System::nanoTime);

  public Entrance(Authority authority, WebOptions options) {
    this.authority = authority;
    this.asksForPasswords =
        options.getAuthentication() != null && options.getAuthentication().users() != null;
    int most = options.getMaxRequestsPerSecond();
    this.requests = new Rates(most, most, System::nanoTime);
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
    Future<Visitor> admitted =
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

  private void entered(RoutingContext ctx, AsyncResult<Visitor> admitted, String address) {
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
    Visitor visitor = admitted.result();
    long wait = requests.take(visitor instanceof Owner ? address : visitor.name());
    if (wait > 0) {
      ctx.fail(new TooManyException("more requests a second than this node allows you", wait));
      return;
    }
    ctx.put(VISITOR, visitor);
    ctx.next();
  }

  /**
   * Lets somebody in.
   *
   * @return fails with a {@link ProblemException} if he is not
   */
  public Future<Visitor> admit(Credentials shown, String address) {
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

  /** Who sent this request. */
  public static Visitor visitor(RoutingContext ctx) {
    Visitor visitor = ctx.get(VISITOR);
    if (visitor == null) {
      throw new IllegalStateException(ctx.request().path() + " is not behind the entrance");
    }
    return visitor;
  }

  /** Refuses what the visitor may not do with that map. */
  public static void require(RoutingContext ctx, Right right, String map) {
    if (!visitor(ctx).may(right, map)) {
      throw new ProblemException(Problem.FORBIDDEN, forbidden(visitor(ctx), right, map));
    }
  }

  public static String forbidden(Visitor visitor, Right right, String map) {
    return "%s may not %s the map \"%s\""
        .formatted(visitor.name(), right.name().toLowerCase(Locale.ROOT), map);
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
