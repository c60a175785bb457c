package dev.synod.vertx.impl.host;

import dev.synod.core.member.Member;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * A client's search for members that it may follow: at its start, and whenever it hears no leader.
 * Used on the client's context only.
 */
public final class MemberDiscovery {
  /** Interval between two checks of the client's progress. */
  private static final long LOOK_MILLIS = 20;

  private final Vertx vertx;
  private final SynodOptions options;
  private final MemberHost host;
  private final Promise<Void> ready = Promise.promise();
  private final long until;
  private long timer = -1;
  private long askedAt;
  private boolean asking;

  /** Slot that must be applied before the client is ready; -1 while it is unknown. */
  private long target = -1;

  /** Creates the search of one client. */
  public MemberDiscovery(Vertx vertx, SynodOptions options, MemberHost host) {
    this.vertx = vertx;
    this.options = options;
    this.host = host;
    this.until = MemberHost.now() + options.getRequestTimeout();
  }

  /**
   * Starts the search.
   *
   * @return a future that succeeds once the client knows a leader and has applied every slot that
   *     was chosen at that time
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
                  + " with a leader accepted this client within "
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
