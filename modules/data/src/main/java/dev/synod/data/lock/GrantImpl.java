package dev.synod.data.lock;

import dev.synod.data.coordination.ClaimClient;
import dev.synod.data.coordination.ClaimOwner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** A grant that a member has requested, and holds later. Its state is guarded by its monitor. */
final class GrantImpl implements Grant, ClaimOwner {
  private enum State {
    WAITING,
    HELD,
    RELEASED,
    LOST
  }

  private final ClaimClient client;

  /** Kind and name of the resource, for messages. */
  private final String what;

  private final Promise<Grant> granted;
  private long id;
  private State state = State.WAITING;
  private long token;
  private @Nullable Throwable loss;
  private @Nullable Handler<Throwable> onLost;
  private @Nullable Context lostContext;

  private GrantImpl(ClaimClient client, String what) {
    this.client = client;
    this.what = what;
    this.granted = client.caller().promise();
  }

  /** Makes a claim. */
  static Future<Grant> make(ClaimClient client, String what, ClaimClient.Wish wish) {
    GrantImpl grant = new GrantImpl(client, what);
    synchronized (grant) {
      grant.id = client.acquire(wish, grant);
    }
    return grant.granted.future();
  }

  @Override
  public void granted(long token) {
    synchronized (this) {
      this.token = token;
      state = State.HELD;
    }
    granted.complete(this);
  }

  @Override
  public void ended(End reason) {
    fail(
        reason == End.NOT_GRANTED
            ? new GrantException.TimedOut("the " + what + " was not granted in time")
            : new GrantException.Lost(
                "the "
                    + what
                    + " is lost: its lease was not renewed in time, or the member's session ended"));
  }

  @Override
  public void failed(Throwable cause) {
    fail(cause);
  }

  private void fail(Throwable cause) {
    Handler<Throwable> handler;
    Context context;
    synchronized (this) {
      if (state == State.RELEASED) {
        return;
      }
      state = State.LOST;
      loss = cause;
      handler = onLost;
      context = lostContext;
    }
    granted.tryFail(cause);
    if (handler != null && context != null) {
      context.runOnContext(turn -> handler.handle(cause));
    }
  }

  @Override
  public synchronized long token() {
    return token;
  }

  @Override
  public synchronized boolean isHeld() {
    return state == State.HELD;
  }

  @Override
  public Future<Void> release() {
    synchronized (this) {
      if (state != State.HELD) {
        Throwable why =
            loss != null
                ? new GrantException.Lost(String.valueOf(loss.getMessage()))
                : new GrantException.NotHeld("the " + what + " was released before");
        return client.caller().failedFuture(why);
      }
      state = State.RELEASED;
    }
    return client
        .release(id)
        .compose(
            known ->
                known
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new GrantException.Lost("the lease of the " + what + " had ended before")));
  }

  @Override
  public Grant onLost(Handler<Throwable> handler) {
    Context context = client.caller();
    Throwable before;
    synchronized (this) {
      before = loss;
      onLost = handler;
      lostContext = context;
    }
    if (before != null) {
      context.runOnContext(turn -> handler.handle(before));
    }
    return this;
  }
}
