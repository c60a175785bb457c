package dev.synod.vertx.impl.host;

import dev.synod.core.member.Member;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * A client's search for members that it may follow: at its start, and whenever it hears of no
 * leader. Used on the client's context only.
 */
public final class MemberDiscovery {
  /** Between two looks at how far it has come. */
  private static final long LOOK_MILLIS = 20;

  private final Vertx vertx;
  private final SynodOptions options;
  private final MemberHost host;
  private final Promise<Void> ready = Promise.promise();
  private final long until;
  private long timer = -1;
  private long askedAt;
  private boolean asking;

  /** What must be applied before the client is ready; -1 while that is not known. */
  private long target = -1;

  /** Of one client. */
  public MemberDiscovery(Vertx vertx, SynodOptions options, MemberHost host) {
    this.vertx = vertx;
    this.options = options;
    this.host = host;
    this.until = MemberHost.now() + options.getRequestTimeout();
  }

  /**
   * Begins.
   *
   * @return succeeds once the client knows a leader and has applied what was chosen when it came to
   *     know one
   */
  public Future<Void> start(Context context) {
    context.runOnContext(
        ignored -> {
          timer = vertx.setPeriodic(LOOK_MILLIS, again -> look());
          look();
        });
    return ready.future();
  }

  public void stop() {
    vertx.cancelTimer(timer);
    ready.tryFail(new SynodException.Closed(String.valueOf(host.stopped())));
  }

  private void look() {
    if (host.stopped() != null) {
      stop();
      return;
    }
    Member client = host.member();
    if (client.isInitialized() && client.proposer().leader() != null) {
      if (target < 0) {
        target = client.learner().known();
      }
      if (client.replica().applied() >= target) {
        ready.tryComplete();
      }
      return;
    }
    long now = MemberHost.now();
    if (now >= until) {
      ready.tryFail(
          new SynodException.NoQuorum(
              "no member of the group "
                  + options.getGroup()
                  + " that has a leader let this client follow it within "
                  + options.getRequestTimeout()
                  + " ms"));
    }
    if (!asking && (askedAt == 0 || now - askedAt >= options.getElectionTimeout())) {
      ask(now);
    }
  }

  private void ask(long now) {
    asking = true;
    askedAt = now;
    DiscoveryEndpoint.ask(vertx, options.getGroup(), options.getElectionTimeout())
        .onComplete(
            found -> {
              asking = false;
              if (found.succeeded()) {
                host.turn(client -> client.contacts(found.result()));
              } else if (found.cause() instanceof SynodException.NotAdmitted) {
                ready.tryFail(found.cause());
              }
            });
  }
}
