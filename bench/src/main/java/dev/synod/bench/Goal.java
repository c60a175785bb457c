package dev.synod.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A line held against its floor.
 *
 * @param ratio of the line's figure to the floor's
 * @param limit what the ratio ought to be
 * @param atMost whether it ought not to exceed the limit, rather than reach it
 * @param floor what the floor is
 */
record Goal(double ratio, double limit, boolean atMost, String floor) {
  /** A durable round, in p50 of one round trip and one force at the same time. */
  private static final double DURABLE_ROUND = 1.3;

  /** Rounds in memory, in frames that nothing is decided with. */
  private static final double MEMORY_RATE = 0.5;

  private static final int MEMBERS = 3;

  /** The goal of a line, if it has one and the floors for it were measured in the same run. */
  static @Nullable Goal of(Line line, List<Line> run) {
    if (!line.what().equals("RoundBenchmark.put")) {
      return null;
    }
    if (line.durability().equals("FSYNC") && line.outstanding() == 1) {
      Optional<Line> trip = find(run, floor -> is(floor, "RequestBenchmark.request", 1));
      Optional<Line> force = find(run, floor -> floor.what().equals("ForceBenchmark.threeWriters"));
      if (trip.isPresent() && force.isPresent()) {
        double floor = trip.get().p50() + force.get().p50();
        return new Goal(
            line.p50() / floor,
            DURABLE_ROUND,
            true,
            String.format(Locale.ROOT, "request + force with %d writers, %.0f µs", MEMBERS, floor));
      }
    } else if (line.durability().equals("MEMORY") && line.outstanding() > 1) {
      return find(run, floor -> is(floor, "FrameBenchmark.frames", line.outstanding()))
          .map(
              floor ->
                  new Goal(
                      line.rate() / floor.rate(), MEMORY_RATE, false, "frames without a protocol"))
          .orElse(null);
    }
    return null;
  }

  private static boolean is(Line line, String what, int outstanding) {
    return line.what().equals(what) && line.outstanding() == outstanding;
  }

  private static Optional<Line> find(List<Line> run, Predicate<Line> wanted) {
    return run.stream().filter(wanted).findFirst();
  }

  boolean isMet() {
    return atMost ? ratio <= limit : ratio >= limit;
  }

  /** For a reader: {@code 0.12 of frames without a protocol (goal ≥ 0.50: not met)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.2f of %s (goal %s %.2f: %s)",
        ratio,
        floor,
        atMost ? "≤" : "≥",
        limit,
        isMet() ? "met" : "not met");
  }
}
