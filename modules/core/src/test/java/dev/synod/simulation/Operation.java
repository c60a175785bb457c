package dev.synod.simulation;

/**
 * What a client did to a register and what it saw.
 *
 * @param key the register
 * @param kind what it did
 * @param expected of a compare-and-set
 * @param value written, or read
 * @param result of a compare-and-set
 * @param invoked when it began, in the order of everything that happened
 * @param returned when it ended; {@link Long#MAX_VALUE} if its outcome is not known, so that it may
 *     take effect at any time, or never
 */
record Operation(
    int key, Kind kind, long expected, long value, boolean result, long invoked, long returned) {
  enum Kind {
    READ,
    WRITE,
    COMPARE_AND_SET
  }

  boolean unknown() {
    return returned == Long.MAX_VALUE;
  }
}
