package dev.synod.data.coordination;

import dev.synod.data.claim.Claims;
import dev.synod.data.claim.ResourceKind;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The claims of one member: submits them, renews their leases, and tells their owners what becomes
 * of them.
 *
 * <p>A lease counts from the submission of its last renewal by this member's monotonic clock, and
 * ends here after nine tenths of its length. The log's time passes at most a tenth faster than the
 * leader's clock, so the owner knows of the end before the group grants the resource to another
 * claim. A process that stands still cannot know; then the fencing token protects the resource.
 *
 * <p>Threading: the state is used on the member's context only; public methods may be called from
 * any thread.
 */
public final class ClaimClient implements ClaimListener {
  /** Number of looks at a lease within its length. */
  private static final int LOOKS = 12;

  /** Number of looks between two renewals. */
  private static final int RENEWED_EVERY = 4;

  /** Time after which a request is made again whose outcome is unknown, in milliseconds. */
  private static final long RETRY = 500;

  private static final Map<Synod, ClaimClient> CLIENTS = new ConcurrentHashMap<>();

  /** A claim and where it stands. */
  private static final class Owned {
    final long id;
    final long lease;
    final ClaimOwner owner;

    /** Whether the wait for the grant has a bound. */
    final boolean bounded;

    boolean granted;

    Owned(long id, Wish wish, ClaimOwner owner) {
      this.id = id;
      this.lease = wish.lease();
      this.bounded = wish.maxWait() < Claims.MAX_TIME;
      this.owner = owner;
    }
  }

  /** The claims of this member that have a lease of one length. */
  private final class Lease {
    final long millis;
    final Map<Long, Owned> claims = new LinkedHashMap<>();
    final long timer;
    long confirmedAt = System.nanoTime();
    int looks;
    boolean renewing;

    Lease(long millis) {
      this.millis = millis;
      this.timer = vertx.setPeriodic(Math.max(1, millis / LOOKS), fired -> look(this));
    }

    boolean isOver() {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - confirmedAt) >= millis * 9 / 10;
    }
  }

  private final Synod synod;
  private final Context context;
  private final Vertx vertx;
  private final Map<Long, Owned> claims = new HashMap<>();
  private final Map<Long, Lease> leases = new HashMap<>();
  private boolean closed;

  private ClaimClient(Synod synod) {
    this.synod = synod;
    this.context = synod.context();
    this.vertx = ((ContextInternal) context).owner();
  }

  /** Returns the client of a member. */
  public static ClaimClient of(Synod synod) {
    ClaimClient known = CLIENTS.get(synod);
    if (known != null) {
      return known;
    }
    ClaimClient fresh = new ClaimClient(synod);
    ClaimClient other = CLIENTS.putIfAbsent(synod, fresh);
    if (other != null) {
      return other;
    }
    fresh.context.runOnContext(turn -> fresh.machine().listen(fresh));
    // The owners hear of the end before the group does, which closes the session next.
    synod.addCloseHook(() -> fresh.close(null));
    synod.ended().onComplete(ended -> fresh.close(ended.cause()));
    return fresh;
  }

  /** Returns the context of the caller. */
  public ContextInternal caller() {
    return ((ContextInternal) context).owner().getOrCreateContext();
  }

  private CoordinationMachine machine() {
    return synod.machine(CoordinationMachine.NAME, CoordinationMachine.class);
  }

  private Future<Void> close(@Nullable Throwable cause) {
    CLIENTS.remove(synod, this);
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        turn -> {
          closed = true;
          leases.values().forEach(lease -> vertx.cancelTimer(lease.timer));
          leases.clear();
          List<Owned> all = new ArrayList<>(claims.values());
          claims.clear();
          all.forEach(owned -> owned.owner.failed(cause == null ? closed() : cause));
          done.complete();
        });
    return done.future();
  }

  private static Throwable closed() {
    return new SynodException.Closed("the member was closed");
  }

  /**
   * A claim to be made.
   *
   * @param name UTF-8 of the name of the resource
   * @param capacity number of permits of the resource
   * @param maxWait longest wait in milliseconds; 0 does not wait, {@link Claims#MAX_TIME} has no
   *     bound
   * @param lease length of the lease in milliseconds
   * @param info description of the claimant
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Wish(
      ResourceKind kind,
      String text,
      byte[] name,
      int capacity,
      int permits,
      long maxWait,
      long lease,
      byte[] info) {}

  /** Makes a claim, and returns its number. */
  public long acquire(Wish wish, ClaimOwner owner) {
    long id = ThreadLocalRandom.current().nextLong();
    context.runOnContext(turn -> acquire(id, wish, owner));
    return id;
  }

  private void acquire(long id, Wish wish, ClaimOwner owner) {
    if (closed) {
      owner.failed(closed());
      return;
    }
    Owned owned = new Owned(id, wish, owner);
    claims.put(id, owned);
    Lease lease = leases.computeIfAbsent(wish.lease(), Lease::new);
    lease.claims.put(id, owned);
    Claims.Request request =
        new Claims.Request(
            wish.kind(),
            wish.text(),
            id,
            wish.capacity(),
            wish.permits(),
            wish.maxWait(),
            wish.lease(),
            wish.info());
    long sent = System.nanoTime();
    submit(
            CoordinationCodec.acquire(request, wish.name()),
            (slot, result) -> result[0] != Claims.Answer.REFUSED.code())
        .onSuccess(made -> answered(owned, made, sent))
        .onFailure(failure -> failed(owned, failure));
  }

  private void answered(Owned owned, boolean made, long sent) {
    if (!claims.containsKey(owned.id)) {
      return; // it has ended meanwhile
    }
    if (!made) {
      forget(owned);
      owned.owner.ended(ClaimOwner.End.NOT_GRANTED);
      return;
    }
    confirm(owned.lease, sent);
    look(owned);
  }

  /** Compares a claim to the state, which may have changed since its request was applied. */
  private void look(Owned owned) {
    long token = machine().token(owned.id);
    if (token > 0) {
      granted(owned.id, token);
    } else if (token < 0) {
      ended(owned.id);
    }
  }

  private void failed(Owned owned, Throwable failure) {
    if (forget(owned)) {
      if (failure instanceof SynodException.OutcomeUnknown) {
        submitRelease(owned.id);
      }
      owned.owner.failed(failure);
    }
  }

  @Override
  public void granted(long claim, long token) {
    Owned owned = claims.get(claim);
    if (owned != null && !owned.granted) {
      owned.granted = true;
      owned.owner.granted(token);
    }
  }

  @Override
  public void ended(long claim) {
    Owned owned = claims.get(claim);
    if (owned != null && forget(owned)) {
      boolean waited = owned.bounded && !owned.granted;
      owned.owner.ended(waited ? ClaimOwner.End.NOT_GRANTED : ClaimOwner.End.LOST);
    }
  }

  @Override
  public void restored() {
    for (Owned owned : List.copyOf(claims.values())) {
      if (owned.granted || machine().token(owned.id) > 0) {
        look(owned);
      }
    }
  }

  private boolean forget(Owned owned) {
    Lease lease = leases.get(owned.lease);
    if (lease != null) {
      lease.claims.remove(owned.id);
      if (lease.claims.isEmpty()) {
        vertx.cancelTimer(lease.timer);
        leases.remove(owned.lease);
      }
    }
    return claims.remove(owned.id) != null;
  }

  /**
   * Ends a claim, granted or not.
   *
   * @return a future on the caller's context that tells whether the group knew the claim. If the
   *     outcome is unknown, the future fails, and the request is made again until it is decided
   */
  public Future<Boolean> release(long id) {
    Promise<Boolean> released = caller().promise();
    context.runOnContext(
        turn -> {
          Owned owned = claims.get(id);
          if (owned != null) {
            forget(owned);
          }
          submitRelease(id).onComplete(released);
        });
    return released.future();
  }

  private Future<Boolean> submitRelease(long id) {
    Future<Boolean> done =
        submit(
            CoordinationCodec.of(CoordinationCodec.RELEASE, id), (slot, result) -> result[0] == 1);
    // The lease of the other claims is renewed, so a claim that was not released would stay.
    done.onFailure(failure -> again(id, failure));
    return done;
  }

  private void again(long id, Throwable failure) {
    boolean over =
        closed
            || failure instanceof SynodException.SessionExpired
            || failure instanceof SynodException.Closed
            || failure instanceof SynodException.Left;
    if (!over) {
      vertx.setTimer(RETRY, fired -> submitRelease(id));
    }
  }

  // ---- leases ---------------------------------------------------------------------------------

  private void confirm(long lease, long sent) {
    Lease confirmed = leases.get(lease);
    if (confirmed != null && sent - confirmed.confirmedAt > 0) {
      confirmed.confirmedAt = sent;
    }
  }

  private void look(Lease lease) {
    if (lease.isOver()) {
      for (Owned owned : List.copyOf(lease.claims.values())) {
        if (owned.granted && forget(owned)) {
          owned.owner.ended(ClaimOwner.End.LOST);
          submitRelease(owned.id);
        }
      }
    }
    if (++lease.looks % RENEWED_EVERY == 0 && !lease.renewing && !lease.claims.isEmpty()) {
      lease.renewing = true;
      long sent = System.nanoTime();
      submit(
              CoordinationCodec.of(CoordinationCodec.RENEW, lease.millis),
              (slot, result) -> result[0] == 1)
          .onComplete(
              renewed -> {
                lease.renewing = false;
                if (renewed.succeeded() && renewed.result()) {
                  confirm(lease.millis, sent);
                }
              });
    }
  }

  private <R> Future<R> submit(byte[] command, ResultReader<R> reader) {
    return synod.submit(CoordinationMachine.NAME, command, reader);
  }
}
