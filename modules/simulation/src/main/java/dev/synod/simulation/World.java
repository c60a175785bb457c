package dev.synod.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Virtual time, one source of randomness, and what happens next. */
final class World {
  private record Event(long at, long number, Runnable action) {}

  final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (one, other) ->
              one.at != other.at
                  ? Long.compare(one.at, other.at)
                  : Long.compare(one.number, other.number));
  private long number;
  private long now = 1_000_000;
  private long trace;

  World(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Virtual microseconds. */
  long now() {
    return now;
  }

  /** Grows with everything that happens, in the order in which it happens. */
  long number() {
    return ++number;
  }

  void after(long micros, Runnable action) {
    events.add(new Event(now + Math.max(0, micros), ++number, action));
  }

  /** Lets everything happen that is due before that time. */
  void runUntil(long micros) {
    while (!events.isEmpty() && events.peek().at <= micros) {
      Event event = events.remove();
      now = event.at;
      event.action.run();
    }
    now = micros;
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Folds something that happened into the hash of the whole run. */
  void trace(long what) {
    trace = Long.rotateLeft(trace * 0x9E3779B97F4A7C15L + what, 17) ^ now;
  }

  long traceHash() {
    return trace;
  }
}
