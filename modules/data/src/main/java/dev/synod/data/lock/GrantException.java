package dev.synod.data.lock;

import io.vertx.core.VertxException;

/** Reason for which a lock, permits or a leadership are not held. */
public abstract sealed class GrantException extends VertxException {
  private static final long serialVersionUID = 1L;

  private GrantException(String message) {
    super(message, true);
  }

  /** The wait was over before the request could be granted. The request has no effect. */
  public static final class TimedOut extends GrantException {
    private static final long serialVersionUID = 1L;

    public TimedOut(String message) {
      super(message);
    }
  }

  /**
   * The lease ended, because it could not be renewed in time, or the member's session ended.
   * Another request may be granted at any moment.
   */
  public static final class Lost extends GrantException {
    private static final long serialVersionUID = 1L;

    public Lost(String message) {
      super(message);
    }
  }

  /** The grant was released before. */
  public static final class NotHeld extends GrantException {
    private static final long serialVersionUID = 1L;

    public NotHeld(String message) {
      super(message);
    }
  }
}
