package dev.synod.simulation.plan;

import dev.synod.simulation.world.TraceEvent;
import java.util.List;

/**
 * The result of a run.
 *
 * @param plan that was run
 * @param violation what went wrong; empty if nothing did
 * @param traceHash of everything that happened, in its order
 * @param acknowledged commands that clients were told are applied
 * @param slots that were applied
 * @param faults that were injected
 * @param micros of virtual time
 * @param trace what happened, in its order, if that was asked for
 */
public record Result(
    Plan plan,
    String violation,
    long traceHash,
    long acknowledged,
    long slots,
    long faults,
    long micros,
    List<TraceEvent> trace) {
  /** Whether something went wrong. */
  public boolean failed() {
    return !violation.isEmpty();
  }
}
