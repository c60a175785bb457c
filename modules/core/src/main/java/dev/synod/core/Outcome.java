package dev.synod.core;

/** The final state of a request. */
public sealed interface Outcome {
  /**
   * The command was applied.
   *
   * @param slot slot of the command
   * @param result bytes that the state machine returned
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Applied(long slot, byte[] result) implements Outcome {}

  /**
   * The command was chosen, and the state machine rejected it, identically on every replica.
   *
   * @param slot slot of the command
   * @param reason message of the {@link CommandRejected}
   */
  record Rejected(long slot, String reason) implements Outcome {}

  /**
   * The change of the configuration was refused and will not happen.
   *
   * @param reason reason, for programs
   * @param text reason, for a person
   */
  record ChangeRefused(Reason reason, String text) implements Outcome {
    /** Reason for a refused change. */
    public enum Reason {
      /**
       * The change replaces a configuration that is not the latest one, because another change was
       * faster.
       */
      NOT_THE_LATEST,

      /** Another change is chosen, or requested by this member, and not in use yet. */
      ANOTHER_PENDING,

      /** The change adds a member whose name a former member has used. */
      ID_USED_BEFORE,

      /** The change gives a member state machines, or takes them away. */
      INVALID,

      /** The new configuration has no reachable phase-1 or phase-2 quorum. */
      QUORUM_NOT_REACHABLE,

      /** A member that the change adds has not caught up with the log. */
      NOT_CAUGHT_UP
    }

    /**
     * Returns the refusal of a change that another change has overtaken.
     *
     * @param base number of the configuration that the change replaces
     * @param latest number of the latest configuration
     */
    public static ChangeRefused notTheLatest(long base, long latest) {
      return new ChangeRefused(
          Reason.NOT_THE_LATEST,
          "the change replaces configuration "
              + base
              + ", but the group is in configuration "
              + latest);
    }
  }

  /**
   * The read may be answered from this member's state.
   *
   * @param slot every slot up to this one is applied
   * @param used guarantee that holds for the read, which may be stronger than the requested one
   */
  record ReadAt(long slot, ReadLevel.Kind used) implements Outcome {}

  /** A queue is full; the request was not proposed and will not be. */
  record Busy() implements Outcome {}

  /** No leader with a quorum was found in time; the request was not proposed and will not be. */
  record NoQuorum() implements Outcome {}

  /**
   * The session expired before the command was applied; the command has no effect. Locks and other
   * state of the session are released.
   */
  record SessionExpired() implements Outcome {}

  /** The request timed out; the group may choose the command never or once, now or later. */
  record Unknown() implements Outcome {}
}
