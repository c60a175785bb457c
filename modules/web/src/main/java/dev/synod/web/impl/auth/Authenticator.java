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
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates callers by the authority and limits their rate: by the name of the user, or by the
 * address of a caller without one. An address with too many failures has to wait, so that guessing
 * passwords is slow and cannot exhaust the processors.
 */
public final class Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
  private static final String VISITOR = "synod.visitor";

  private final Authority authority;
  private final boolean asksForPasswords;
  private final RateLimiter requests;
  private final LoginBrake brake = new LoginBrake(System::nanoTime);
  private final ClientAddress clientAddress;

  public Authenticator(Authority authority, WebOptions options) {
    this.authority = authority;
    this.asksForPasswords =
        options.getAuthentication() != null && options.getAuthentication().users() != null;
    this.clientAddress = new ClientAddress(options.getTrustedProxies());
    int most = options.getMaxRequestsPerSecond();
    this.requests = new RateLimiter(most, most, System::nanoTime);
  }

  /** Registers a listener for possible changes of permissions. */
  public void onChange(Runnable listener) {
    authority.onChange(listener);
  }

  public void close() {
    authority.close();
  }

  /** Authenticates the sender of a request. */
  public void admit(RoutingContext ctx) {
    String address = address(ctx.request());
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
      ctx.fail(new TooManyException("this node allows fewer requests per second", wait));
      return;
    }
    ctx.put(VISITOR, principal);
    ctx.next();
  }

  /**
   * Authenticates a caller.
   *
   * @return a future that fails with a {@link ProblemException} if the credentials are not accepted
   */
  public Future<Principal> admit(Credentials shown, String address) {
    if (shown instanceof Credentials.None) { // without credentials nothing is guessed or hashed
      return authority.admit(shown).recover(Authenticator::refused);
    }
    LoginBrake.Examination examination;
    try {
      examination = brake.pay(shown, address);
    } catch (TooManyException wait) {
      return Future.failedFuture(wait);
    }
    return authority
        .admit(shown)
        .onSuccess(principal -> examination.right())
        .onFailure(
            failure -> {
              if (failure instanceof Authority.Denied) {
                examination.wrong();
              } else {
                examination.unknown();
              }
            })
        .recover(Authenticator::refused);
  }

  private static Future<Principal> refused(Throwable failure) {
    if (failure instanceof Authority.Expired) {
      return Future.failedFuture(new ExpiredException(String.valueOf(failure.getMessage())));
    } else if (failure instanceof Authority.Denied) {
      return Future.failedFuture(
          new ProblemException(Problem.DENIED, String.valueOf(failure.getMessage())));
    } else if (failure instanceof ProblemException) {
      return Future.failedFuture(failure);
    }
    LOG.error("the authority failed to authenticate a request", failure);
    return Future.failedFuture(
        new ProblemException(
            Problem.INTERNAL, "an unexpected error, which the node's log describes"));
  }

  /** Thrown if credentials have expired; new credentials of the same user may be accepted. */
  public static final class ExpiredException extends ProblemException {
    private static final long serialVersionUID = 1L;

    ExpiredException(String detail) {
      super(Problem.DENIED, detail);
    }
  }

  /** Returns the address of a client; behind a trusted proxy, the address that the proxy names. */
  public String address(HttpServerRequest request) {
    return clientAddress.of(request);
  }

  /** Returns the name of the caller; {@code -} if the caller was not let in. */
  public static String name(RoutingContext ctx) {
    Principal principal = ctx.get(VISITOR);
    return principal == null ? "-" : principal.name();
  }

  /** Returns the caller of this request. */
  public static Principal visitor(RoutingContext ctx) {
    Principal principal = ctx.get(VISITOR);
    if (principal == null) {
      throw new IllegalStateException(ctx.request().path() + " is served without authentication");
    }
    return principal;
  }

  /**
   * Refuses a caller without the permission for the map.
   *
   * @throws ProblemException if the permission is missing
   */
  public static void require(RoutingContext ctx, Permission permission, String map) {
    if (!visitor(ctx).may(permission, map)) {
      throw new ProblemException(Problem.FORBIDDEN, forbidden(visitor(ctx), permission, map));
    }
  }

  public static String forbidden(Principal principal, Permission permission, String map) {
    return String.format(
        Locale.ROOT,
        "%s may not %s the map \"%s\"",
        principal.name(),
        permission.name().toLowerCase(Locale.ROOT),
        map);
  }

  /**
   * Refuses a caller that may not perform operations on the whole group.
   *
   * @throws ProblemException if the permission is missing
   */
  public static void requireOperator(RoutingContext ctx) {
    if (!visitor(ctx).mayOperate()) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          visitor(ctx).name()
              + " is no operator: operators have the permission admin for the maps \"*\"");
    }
  }
}
