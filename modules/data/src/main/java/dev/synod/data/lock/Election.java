package dev.synod.data.lock;

import dev.synod.core.ReadLevel;
import dev.synod.data.claim.ClaimView;
import dev.synod.data.claim.ResourceKind;
import dev.synod.data.coordination.ClaimListener;
import dev.synod.data.coordination.CoordinationMachine;
import dev.synod.data.map.Subscription;
import dev.synod.vertx.Synod;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An election among members of a group: one leader at a time, the candidates in the order in which
 * they campaigned. The fencing token of a leadership is its epoch. A leader whose lease ends is
 * told so by {@link Grant#onLost} before the next one is elected.
 *
 * <p>Threading and errors are those of {@link ReplicatedLock}.
 */
public final class Election {
  private final Claiming claiming;

  private Election(Claiming claiming) {
    this.claiming = claiming;
  }

  /**
   * Returns the election of that name.
   *
   * @param synod member or client of the group
   * @param name name of the election, 1 to 128 characters
   * @throws IllegalArgumentException if the name is invalid
   */
  public static Election of(Synod synod, String name) {
    return new Election(Claiming.of(synod, ResourceKind.ELECTION, name, 1));
  }

  /**
   * Returns the same election, whose candidacies through the returned object have another lease.
   *
   * @param millis length of the lease in milliseconds, at least 100
   * @throws IllegalArgumentException if the length is out of bounds
   */
  public Election withLease(long millis) {
    return new Election(claiming.withLease(millis));
  }

  /** Returns the name of the election. */
  public String name() {
    return claiming.name();
  }

  /**
   * Campaigns until this candidate is elected.
   *
   * @param value value that observers see, such as an address; at most some 900 bytes
   * @return a future with the leadership; {@link Grant#release} resigns
   */
  public Future<Grant> campaign(String value) {
    return claiming.claim(1, value);
  }

  /** Campaigns for at most so many milliseconds of the log's time. */
  public Future<Grant> campaign(String value, long timeout) {
    return claiming.claim(1, timeout, value);
  }

  /** Returns the leader at the given read level; empty if there is none. */
  public Future<Optional<Claimant>> leader(ReadLevel level) {
    return claiming.state(0, level).map(state -> ReplicatedLock.last(state.holders()));
  }

  /** Returns the candidates that wait, in their order, at the given read level. */
  public Future<List<Claimant>> candidates(int limit, ReadLevel level) {
    return claiming.state(Math.max(0, limit), level).map(Claiming.State::waiters);
  }

  /**
   * Observes the leadership. The handler receives the leader as this member knows it, and then each
   * change as this member applies it; an empty value is a vacancy. A change that another one
   * follows in the same slot is left out.
   *
   * @param handler handler, called on the caller's context
   * @return a future with the subscription, which ends when it is closed
   */
  public Future<Subscription> observe(Handler<Optional<Claimant>> handler) {
    Synod synod = claiming.synod();
    ContextInternal member = (ContextInternal) synod.context();
    ContextInternal caller = member.owner().getOrCreateContext();
    Promise<Subscription> observed = caller.promise();
    member.runOnContext(
        turn ->
            synod
                .readable(ReadLevel.LINEARIZABLE)
                .map(at -> new Observer(synod, caller, handler).begin())
                .onComplete(observed));
    return observed.future();
  }

  /** Tells a handler of each change; on the member's context. */
  private final class Observer implements ClaimListener {
    private final Synod synod;
    private final Context caller;
    private final Handler<Optional<Claimant>> handler;
    private long told = -1;

    Observer(Synod synod, Context caller, Handler<Optional<Claimant>> handler) {
      this.synod = synod;
      this.caller = caller;
      this.handler = handler;
    }

    Subscription begin() {
      restored();
      return machine().listen(this);
    }

    private CoordinationMachine machine() {
      return synod.machine(CoordinationMachine.NAME, CoordinationMachine.class);
    }

    @Override
    public void changed(ResourceKind kind, String resource) {
      if (kind == ResourceKind.ELECTION && resource.equals(name())) {
        restored();
      }
    }

    @Override
    public void restored() {
      @Nullable ClaimView leader = machine().granted(ResourceKind.ELECTION, name());
      long token = leader == null ? 0 : leader.token();
      if (token != told) {
        told = token;
        Optional<Claimant> now =
            leader == null
                ? Optional.empty()
                : Optional.of(Claiming.claimant(token, leader.permits(), leader.info()));
        caller.runOnContext(turn -> handler.handle(now));
      }
    }
  }
}
