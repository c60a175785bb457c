package dev.synod.bench.load;

/**
 * What is measured. Made ready once for each ticket, so that nothing need be allocated for one that
 * is begun.
 */
@FunctionalInterface
public interface Operation {
  /** Prepares to begin operations which end that ticket. */
  Call prepare(Ticket ticket);

  /** Begins operations, one after the other. */
  @FunctionalInterface
  interface Call {
    /**
     * Begins one. Called where its system wants it, or where the one before it ended.
     *
     * @param number differs from those of other tickets, and grows
     */
    void begin(long number);
  }

  /** The end of an operation; from any thread, once for each begun. */
  interface Ticket {
    /** It has ended well. */
    void end();

    /** It has not, and the measure is void. */
    void fail(Throwable cause);
  }
}
