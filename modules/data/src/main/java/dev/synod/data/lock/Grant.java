package dev.synod.data.lock;

import io.vertx.core.Future;
import io.vertx.core.Handler;

/**
 * A lock, permits or a leadership that a member holds.
 *
 * <p>The member renews the lease of the grant while it runs and reaches the group. A process that
 * stands still, or a network that is slow, can outlive the lease, so a resource that the grant
 * protects should compare fencing tokens: it remembers the highest token, and refuses requests with
 * a lower one (Kleppmann, "How to do distributed locking", 2016).
 *
 * <p>Threading: every method may be called from any thread; futures complete, and handlers are
 * called, on the caller's context.
 */
public interface Grant {
  /** Returns the fencing token, which is higher than each token granted by the group before. */
  long token();

  /** Tells whether the grant is held: it is not released, and its lease has not ended here. */
  boolean isHeld();

  /**
   * Gives the grant back, so that the next request is granted.
   *
   * @return a future that succeeds when the release is decided. It fails with {@link
   *     GrantException.NotHeld} if the grant was released before, with {@link GrantException.Lost}
   *     if it was lost before, and with a {@link dev.synod.vertx.SynodException} if the outcome is
   *     not known yet; the member then repeats the release until it is decided
   */
  Future<Void> release();

  /**
   * Sets the handler that is called once if the grant is lost, that is, if it ends without a
   * release. A handler that is set after the loss is called at once.
   */
  Grant onLost(Handler<Throwable> handler);
}
