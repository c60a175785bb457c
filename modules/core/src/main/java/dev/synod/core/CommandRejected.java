package dev.synod.core;

/**
 * Thrown by a state machine that refuses a command; the message reaches the submitter of the
 * command.
 */
public final class CommandRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandRejected(String message) {
    // The rejection is a result that every replica computes, not a fault, so it needs no stack
    // trace.
    super(message, null, false, false);
  }
}
