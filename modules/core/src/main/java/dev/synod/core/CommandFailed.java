package dev.synod.core;

/**
 * An {@link Error} of a state machine. It stops the member and is no outcome: whether a stack
 * overflows or memory ends differs between members, and so would their states. The message names
 * the place in the log, the state machine and what an operator can do.
 */
public final class CommandFailed extends Error {
  private static final long serialVersionUID = 1L;

  /** Index of an error that no command caused. */
  public static final int NO_COMMAND = -1;

  private final long slot;
  private final int index;

  /**
   * Creates the error of a command.
   *
   * @param slot slot of the command
   * @param index position of the command in the value of the slot, from 0; {@link #NO_COMMAND} if
   *     the state machine failed at the end of a session or of the slot
   * @param what what the state machine was called for, as a noun
   */
  public CommandFailed(long slot, int index, String what, Throwable cause) {
    super(
        what
            + " ended with "
            + cause
            + ". The member stops here each time it is started. If a stack, a heap or a class path"
            + " is the cause, start the member with a larger or another one (-Xss, -Xmx). Otherwise"
            + " correct the state machine at every member"
            + (index == NO_COMMAND
                ? ""
                : ", or stop all members and skip the command at each of them: skip-command --slot "
                    + slot
                    + " --command "
                    + index),
        cause);
    this.slot = slot;
    this.index = index;
  }

  /** Returns the slot in which the state machine failed. */
  public long slot() {
    return slot;
  }

  /**
   * Returns the position of the command in the value of the slot, from 0; {@link #NO_COMMAND} if no
   * command failed.
   */
  public int index() {
    return index;
  }
}
