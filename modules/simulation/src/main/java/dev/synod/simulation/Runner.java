package dev.synod.simulation;

/**
 * Runs plans. A mutant's runner lives in a class loader of its own, so what passes through here is
 * loaded once for all: this, {@link Plan}, {@link Faults} and {@link Result}.
 */
public interface Runner {
  /**
   * Runs a plan to its end, or to the first thing that goes wrong.
   *
   * @param traced whether to note what happens; it happens all the same
   */
  Result run(Plan plan, boolean traced);
}
