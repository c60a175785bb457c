package dev.synod.vertx;

import io.vertx.core.VertxException;

/**
 * Reason for which a request to a group failed. Each reason is a subclass of its own, whose message
 * says what to do.
 */
public abstract sealed class SynodException extends VertxException {
  private static final long serialVersionUID = 1L;

  private SynodException(String message) {
    super(message, true);
  }

  /**
   * Too many requests are already waiting. The request had no effect; retry it after a short delay.
   */
  public static final class Busy extends SynodException {
    private static final long serialVersionUID = 1L;

    public Busy(String message) {
      super(message);
    }
  }

  /**
   * No leader with a quorum was found within the request timeout. The request had no effect and
   * will have none.
   */
  public static final class NoQuorum extends SynodException {
    private static final long serialVersionUID = 1L;

    public NoQuorum(String message) {
      super(message);
    }
  }

  /**
   * The request timeout passed while the command was being decided. The group may choose the
   * command never or once, now or later. Read the state to find out; do not treat this exception as
   * a failure of the command.
   */
  public static final class OutcomeUnknown extends SynodException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(String message) {
      super(message);
    }
  }

  /**
   * This member's session expired before the command was chosen. The command had no effect and will
   * have none. Locks and other state of the session are released; the next request opens a new
   * session.
   */
  public static final class SessionExpired extends SynodException {
    private static final long serialVersionUID = 1L;

    public SessionExpired(String message) {
      super(message);
    }
  }

  /**
   * The group chose the command, and the state machine rejected it, identically on every member.
   */
  public static final class Rejected extends SynodException {
    private static final long serialVersionUID = 1L;

    private final long slot;

    public Rejected(long slot, String message) {
      super(message);
      this.slot = slot;
    }

    /** Returns the slot of the rejected command. */
    public long slot() {
      return slot;
    }
  }

  /**
   * This node does not serve the request. The group accepts no clients, or a client was asked to
   * change the group, or a member without the learner role was asked for state that it does not
   * hold.
   */
  public static final class NotAdmitted extends SynodException {
    private static final long serialVersionUID = 1L;

    public NotAdmitted(String message) {
      super(message);
    }
  }

  /** The group refused a change of members or quorums. The change had no effect. */
  public static final class ChangeRefused extends SynodException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public ChangeRefused(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    /**
     * Returns the reason as one word, for programs: {@code not-the-latest}, {@code
     * another-pending}, {@code id-used-before}, {@code quorum-not-reachable}, {@code not-caught-up}
     * or {@code invalid}.
     */
    public String reason() {
      return reason;
    }
  }

  /** A command, key or value exceeds its size limit. The request had no effect. */
  public static final class TooLarge extends SynodException {
    private static final long serialVersionUID = 1L;

    public TooLarge(String message) {
      super(message);
    }
  }

  /**
   * The member was removed from its group, and the others hold everything that it held. The process
   * can be stopped; the group never accepts the member's name again.
   */
  public static final class Left extends SynodException {
    private static final long serialVersionUID = 1L;

    public Left(String message) {
      super(message);
    }
  }

  /**
   * The member was closed, or it has stopped permanently because its log failed or an invariant was
   * violated.
   */
  public static final class Closed extends SynodException {
    private static final long serialVersionUID = 1L;

    public Closed(String message) {
      super(message);
    }
  }
}
