package dev.synod.simulation.plan;

import java.util.List;

/**
 * Runs plans. A mutant's runner has a class loader of its own, so the types in this interface are
 * loaded once for all runners: this one, {@link Plan}, {@link Faults}, {@link Result} and {@link
 * Step}.
 */
public interface Runner {
  /**
   * Runs a plan to its end, or to the first thing that goes wrong.
   *
   * @param traced whether to note what happens; it happens all the same
   */
  Result run(Plan plan, boolean traced);

  /**
   * Runs a plan, and tells how it looks to the specification.
   *
   * @param atMost so many steps, from the beginning
   */
  List<Step> project(Plan plan, int atMost);
}
