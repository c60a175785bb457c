package dev.synod.core;

/** How a request of a session ended. */
public sealed interface Outcome {
  /** The command was applied, at this slot, with this result. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Applied(long slot, byte[] result) implements Outcome {}

  /**
   * The command was decided at this slot, and the state machine refused it, on every replica alike.
   */
  record Rejected(long slot, String reason) implements Outcome {}

  /** A change of configuration was not made, and will not be. */
  record ChangeRefused(Reason reason, String text) implements Outcome {
    /** Why a change is refused. */
    public enum Reason {
      /** It would replace another configuration than the latest one: somebody was quicker. */
      NOT_THE_LATEST,

      /** One is decided, or being asked for by this member, and not in use yet. */
      ANOTHER_PENDING,

      /** A member of it has left before. */
      ID_USED_BEFORE,

      /** No phase-1 or no phase-2 quorum of it is within reach now. */
      QUORUM_NOT_REACHABLE,

      /** Who would join has not learned what the others know. */
      NOT_CAUGHT_UP
    }
  }

  /**
   * A read may be answered here and now.
   *
   * @param slot everything up to it is applied
   * @param used the promise that holds for the answer; it may be stronger than what was asked for
   */
  record ReadAt(long slot, ReadLevel.Kind used) implements Outcome {}

  /** A window is full; the command was not and will not be proposed. */
  record Busy() implements Outcome {}

  /** No leader with a quorum was found in time; the command was not and will not be proposed. */
  record NoQuorum() implements Outcome {}

  /**
   * The session expired before the command was applied; it was not, and will not be. What the
   * session held, such as a lock, is lost.
   */
  record SessionExpired() implements Outcome {}

  /** Time ran out, and the command may or may not be decided, now or later. */
  record Unknown() implements Outcome {}
}
