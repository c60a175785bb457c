package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.host.Health;
import dev.synod.core.member.Member;
import dev.synod.core.message.Configuration;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.impl.health.StatusReport;
import dev.synod.vertx.impl.host.DiscoveryEndpoint;
import dev.synod.vertx.impl.host.MemberHost;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries requests of callers to the member's context, and results back to the callers' contexts.
 */
public final class Requests {
  /** Time between two looks at what the member waits for. */
  private static final long LOOK_MILLIS = 50;

  /** Looks in a row that find a successor out of reach before a transfer is refused at the next. */
  private static final int MISSES = 3;

  private final Vertx vertx;
  private final SynodOptions options;
  private final MemberHost host;
  private final OutcomeErrors outcomeErrors;

  public Requests(Vertx vertx, SynodOptions options, MemberHost host, OutcomeErrors outcomeErrors) {
    this.vertx = vertx;
    this.options = options;
    this.host = host;
    this.outcomeErrors = outcomeErrors;
  }

  /**
   * Runs on the member's context, and completes in a task of its own on the caller's, for the
   * reason given at {@link Call}.
   */
  private <T> Future<T> request(Consumer<Promise<T>> action) {
    return answered(
        promise -> {
          String stopped = host.stopped();
          if (stopped != null) {
            promise.fail(new SynodException.Closed(stopped));
          } else {
            action.accept(promise);
          }
        });
  }

  /** The same, also of a member that has stopped. */
  private <T> Future<T> answered(Consumer<Promise<T>> action) {
    ContextInternal caller = ((VertxInternal) vertx).getOrCreateContext();
    Promise<T> answer = caller.promise();
    Promise<T> asked = Promise.promise();
    asked.future().onComplete(end -> NextPass.run(caller, () -> answer.handle(end)));
    host.execute(() -> action.accept(asked));
    return answer.future();
  }

  // ---- reading --------------------------------------------------------------------------------

  /** See {@link Synod#readable}. */
  public Future<Outcome.ReadAt> readable(ReadLevel level) {
    return this.<Outcome.ReadAt>request(
        promise -> {
          if (level.kind() == ReadLevel.Kind.LOCAL) {
            long applied = host.member().replica().applied();
            promise.complete(new Outcome.ReadAt(applied, ReadLevel.Kind.LOCAL));
          } else {
            host.read(
                level,
                outcome -> {
                  if (outcome instanceof Outcome.ReadAt at) {
                    promise.complete(at);
                  } else {
                    promise.fail(outcomeErrors.of(outcome));
                  }
                });
          }
        });
  }

  /** Completes the promise; an exception fails the caller's future and does not stop the member. */
  private static <T> void answer(Promise<T> promise, Supplier<T> read) {
    try {
      promise.complete(read.get());
    } catch (RuntimeException wrong) {
      promise.fail(wrong);
    }
  }

  // ---- the group ------------------------------------------------------------------------------

  /** See {@link Synod#snapshot}. */
  public Future<Long> snapshot() {
    return this.<Long>request(
        promise ->
            host.snapshot(
                slot -> {
                  if (slot < 0) {
                    promise.fail(new SynodException.Closed(String.valueOf(host.stopped())));
                  } else {
                    promise.complete(slot);
                  }
                }));
  }

  /** See {@link Synod#membership}. */
  public Future<Membership> membership() {
    return request(promise -> answer(promise, () -> ChangePlanner.membership(host.member())));
  }

  /** See {@link Synod#change}. */
  public Future<Membership> change(GroupChange change) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.getRequestTimeout());
    return this.<Void>request(promise -> belongs(until, promise))
        .compose(belongs -> this.<Boolean>request(promise -> answer(promise, () -> isMade(change))))
        .compose(
            made ->
                made
                    ? this.<Membership>request(promise -> inUse(until, promise))
                    : areUp(change).compose(up -> changed(change)));
  }

  /**
   * Tells whether an earlier request of the same change has led to the latest configuration.
   *
   * @throws SynodException.ChangeRefused if the change replaces another configuration than that
   */
  private boolean isMade(GroupChange change) {
    if (change.base() == 0) {
      return false;
    }
    Configuration latest = host.member().configurations().latest();
    if (latest.id() == change.base()) {
      return false;
    } else if (latest.id() > change.base() && ChangePlanner.isMade(latest, change)) {
      return true;
    }
    throw outcomeErrors.of(Outcome.ChangeRefused.notTheLatest(change.base(), latest.id()));
  }

  /** Waits until this member belongs to a group: it may be about to found it, or to join it. */
  private void belongs(long until, Promise<Void> promise) {
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else if (host.member().isInitialized()) {
      promise.complete();
    } else if (System.nanoTime() > until) {
      promise.fail(
          new SynodException.NoQuorum(
              "member " + options.getMember() + " belongs to no group yet"));
    } else {
      vertx.setTimer(LOOK_MILLIS, again -> host.execute(() -> belongs(until, promise)));
    }
  }

  /** Waits until the latest configuration is in use. */
  private void inUse(long until, Promise<Membership> promise) {
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else if (host.member().configurations().pending() == null || System.nanoTime() > until) {
      answer(promise, () -> ChangePlanner.membership(host.member()));
    } else {
      vertx.setTimer(LOOK_MILLIS, again -> host.execute(() -> inUse(until, promise)));
    }
  }

  /**
   * Fails if a new member does not run: it would stay behind as a learner when the change is given
   * up.
   */
  private Future<Void> areUp(GroupChange change) {
    if (change.forced()) {
      return Future.succeededFuture();
    }
    return this.<List<String>>request(
            promise -> answer(promise, () -> ChangePlanner.newcomers(host.member(), change)))
        .compose(
            newcomers -> {
              List<Future<String>> asked =
                  newcomers.stream().map(name -> isUp(name).map(up -> up ? "" : name)).toList();
              return Future.all(asked)
                  .map(all -> all.<String>list().stream().filter(name -> !name.isEmpty()).toList());
            })
        .compose(
            silent ->
                silent.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new SynodException.ChangeRefused(
                            "not-started",
                            "no answer from "
                                + String.join(", ", silent)
                                + ", so the group is not changed: start a new member before it is"
                                + " added, or force the change")));
  }

  private Future<Boolean> isUp(String member) {
    return DiscoveryEndpoint.isUp(
        vertx, options.getGroup(), member, options.getRequestTimeout() / 2);
  }

  private Future<Membership> changed(GroupChange change) {
    return request(
        promise -> {
          Member member = host.member();
          Configuration latest = member.configurations().latest();
          if (change.base() != 0 && change.base() != latest.id()) {
            promise.fail(
                outcomeErrors.of(Outcome.ChangeRefused.notTheLatest(change.base(), latest.id())));
            return;
          }
          Configuration wanted;
          try {
            wanted = ChangePlanner.wanted(latest, change, options.isAllowSingleCopy());
          } catch (IllegalArgumentException wrong) {
            promise.fail(
                new SynodException.ChangeRefused("invalid", String.valueOf(wrong.getMessage())));
            return;
          }
          host.change(
              wanted,
              change.forced(),
              outcome -> {
                if (outcome instanceof Outcome.Applied) {
                  answer(promise, () -> ChangePlanner.membership(host.member()));
                } else {
                  promise.fail(outcomeErrors.of(outcome));
                }
              });
        });
  }

  /** See {@link Synod#transferLeadership}. */
  public Future<Void> transferLeadership(String successor) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.getRequestTimeout());
    return request(promise -> transfer(successor, until, 0, promise));
  }

  /**
   * Repeats the request until that member leads, because the message or the election may fail.
   *
   * @param missed looks in a row, an election timeout apart, that found the successor out of reach.
   *     One look proves little: a new leader does not hear every member at once, and a member that
   *     has just started, or whose processor is busy, answers a few heartbeats late
   */
  private void transfer(String successor, long until, int missed, Promise<Void> promise) {
    Member member = host.member();
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else if (successor.equals(member.proposer().leader())) {
      promise.complete();
    } else if (member.isInitialized() && !member.configurations().current().isProposer(successor)) {
      promise.fail(
          new SynodException.ChangeRefused(
              "invalid",
              "member "
                  + successor
                  + " is no proposer; one of "
                  + member.configurations().current().proposers()
                  + " can lead"));
    } else if (missed >= MISSES && isOutOfReach(member, successor)) {
      promise.fail(
          new SynodException.ChangeRefused(
              "unreachable",
              String.format(
                  Locale.ROOT,
                  "member %s is out of reach and cannot lead; member %s leads on",
                  successor,
                  member.proposer().leader())));
    } else if (System.nanoTime() > until) {
      promise.fail(
          new SynodException.NoQuorum(
              "member "
                  + successor
                  + " did not become leader within "
                  + options.getRequestTimeout()
                  + " ms"));
    } else {
      int misses = isOutOfReach(member, successor) ? missed + 1 : 0;
      if (misses == 0) {
        host.turn(living -> living.transfer(successor));
      }
      vertx.setTimer(
          options.getElectionTimeout(),
          again -> host.execute(() -> transfer(successor, until, misses, promise)));
    }
  }

  /** Tells whether a leader that hears a quorum does not hear that acceptor. */
  private static boolean isOutOfReach(Member member, String successor) {
    if (!member.isInitialized()) {
      return false;
    }
    Configuration used = member.configurations().current();
    Health health = member.health();
    return health.canCommit()
        && used.isAcceptor(successor)
        && !used.quorums().names(health.reachable()).contains(successor);
  }

  /** See {@link Synod#status}; also answers for a member that has stopped. */
  public Future<Status> status(StatusReport report) {
    return answered(promise -> answer(promise, report::now));
  }
}
