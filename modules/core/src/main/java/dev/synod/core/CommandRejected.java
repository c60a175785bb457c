package dev.synod.core;

/** A state machine refuses a command, with words for whoever sent it. */
public final class CommandRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandRejected(String message) {
    // No stack trace: it is an answer, given on every replica alike, and not a fault.
    super(message, null, false, false);
  }
}
