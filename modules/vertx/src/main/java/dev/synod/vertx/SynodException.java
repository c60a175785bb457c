package dev.synod.vertx;

import io.vertx.core.VertxException;

/** Why a request to a group failed. Each reason is a type of its own, with words for its reader. */
public abstract sealed class SynodException extends VertxException {
  private static final long serialVersionUID = 1L;

  private SynodException(String message) {
    super(message, true);
  }

  /** Too much waits for an answer already. Nothing happened: try again a little later. */
  public static final class Busy extends SynodException {
    private static final long serialVersionUID = 1L;

    public Busy(String message) {
      super(message);
    }
  }

  /** No leader with a quorum could be found in time. Nothing happened, and nothing will. */
  public static final class NoQuorum extends SynodException {
    private static final long serialVersionUID = 1L;

    public NoQuorum(String message) {
      super(message);
    }
  }

  /**
   * Time ran out while the command was under way: it may be decided, now or later, once, or never.
   * Read to find out; never take it for a failure.
   */
  public static final class OutcomeUnknown extends SynodException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(String message) {
      super(message);
    }
  }

  /**
   * This member's session expired in the log before the command was decided: it was not done, and
   * will not be. What the session held is lost. The next request opens another session.
   */
  public static final class SessionExpired extends SynodException {
    private static final long serialVersionUID = 1L;

    public SessionExpired(String message) {
      super(message);
    }
  }

  /** The command was decided, and the state machine refused it, on every replica alike. */
  public static final class Rejected extends SynodException {
    private static final long serialVersionUID = 1L;

    private final long slot;

    public Rejected(long slot, String message) {
      super(message);
      this.slot = slot;
    }

    /** Where the command stands in the log. */
    public long slot() {
      return slot;
    }
  }

  /**
   * That is asked of the wrong one: the group lets no client in that is no member, a client is
   * asked to change the group, or a member that is no learner for what it does not have.
   */
  public static final class NotAdmitted extends SynodException {
    private static final long serialVersionUID = 1L;

    public NotAdmitted(String message) {
      super(message);
    }
  }

  /** A change of members or quorums was refused. Nothing happened. */
  public static final class ChangeRefused extends SynodException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public ChangeRefused(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    /**
     * In one word, for programs: {@code not-the-latest}, {@code another-pending}, {@code
     * id-used-before}, {@code quorum-not-reachable}, {@code not-caught-up}, or {@code invalid}.
     */
    public String reason() {
      return reason;
    }
  }

  /** A command, key or value exceeds its limit. Nothing happened. */
  public static final class TooLarge extends SynodException {
    private static final long serialVersionUID = 1L;

    public TooLarge(String message) {
      super(message);
    }
  }

  /**
   * The member was taken out of its group, and the others know all it knew: it is not needed any
   * more, and its name is used up.
   */
  public static final class Left extends SynodException {
    private static final long serialVersionUID = 1L;

    public Left(String message) {
      super(message);
    }
  }

  /** The member was closed, or has stopped for good because its log failed. */
  public static final class Closed extends SynodException {
    private static final long serialVersionUID = 1L;

    public Closed(String message) {
      super(message);
    }
  }
}
