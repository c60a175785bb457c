package dev.synod.app.terminal;

/**
 * What a script learns from the end of a command. Those from 64 on have the meaning of BSD's {@code
 * sysexits.h}.
 */
public final class ExitCode {
  /** Done, all of it. */
  public static final int DONE = 0;

  /** {@code get}: the map has no such key. */
  public static final int NOT_FOUND = 1;

  /** {@code simulate}, {@code linearize}: something went wrong that must not. */
  public static final int VIOLATION = 1;

  /** The command line is wrong; picocli's own code for it. */
  public static final int USAGE = 2;

  /**
   * {@code status}: the group can decide, but after the loss of its leader it could not go on;
   * {@code stop}: it could not after this stop, which was refused.
   */
  public static final int CANNOT_ELECT = 3;

  /** {@code status}: the group cannot decide. */
  public static final int CANNOT_COMMIT = 4;

  /** {@code linearize}: the history has too many operations at a time to be decided. */
  public static final int NOT_DECIDED = 5;

  /** The input, or a key or a value, cannot be taken. */
  public static final int DATA = 65;

  /** The input cannot be opened. */
  public static final int NO_INPUT = 66;

  /** No member answered in time, or none could find a quorum: nothing was written. */
  public static final int UNAVAILABLE = 69;

  /** A fault of this program. */
  public static final int SOFTWARE = 70;

  /** A file, a directory, a disk or a port that cannot be used. */
  public static final int IO = 74;

  /**
   * The answer to a write was lost, or came from a gateway: the write may have been done, or may be
   * done later, or never.
   */
  public static final int OUTCOME_UNKNOWN = 75;

  /** The token or the password is missing or wrong, or does not allow that. */
  public static final int DENIED = 77;

  /** The configuration is wrong, or belongs to other data. */
  public static final int CONFIGURATION = 78;

  /** The same for {@code --help}, as {@code code:meaning}. */
  public static String[] help() {
    return new String[] {
      " 0:done",
      " 1:get: there is no such key; simulate, linearize: a violation was found",
      " 2:the command line is wrong",
      " 3:status: can decide, but could not elect another leader; stop: refused for that",
      " 4:status: cannot decide",
      " 5:linearize: not decided",
      "65:the input, a key or a value cannot be taken",
      "66:the input cannot be opened",
      "69:no member, or no quorum, within reach in time; nothing was written",
      "70:a fault of this program",
      "74:a file, a directory, a disk or a port cannot be used",
      "75:no member's answer to a write came: it may be done, now or later, or never",
      "77:the token or the password is missing or wrong, or does not allow that",
      "78:the configuration is wrong, or belongs to other data"
    };
  }

  private ExitCode() {}
}
