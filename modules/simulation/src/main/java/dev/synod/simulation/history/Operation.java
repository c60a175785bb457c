package dev.synod.simulation.history;

/**
 * An operation of a client on a register, with its result.
 *
 * @param key the register
 * @param kind what it did
 * @param expected of a compare-and-set
 * @param value written, or read
 * @param result of a compare-and-set
 * @param invoked when it began, in the order of everything that happened
 * @param returned when it ended; {@link Long#MAX_VALUE} if it never did, so that it may take effect
 *     at any time, or never
 * @param unknown its outcome was not told
 */
public record Operation(
    int key,
    Kind kind,
    long expected,
    long value,
    boolean result,
    long invoked,
    long returned,
    boolean unknown) {
  public enum Kind {
    READ,
    WRITE,
    COMPARE_AND_SET
  }

  /** Returns a copy that is known to have taken effect before that time. */
  public Operation doneBy(long time) {
    return new Operation(key, kind, expected, value, result, invoked, time, unknown);
  }
}
