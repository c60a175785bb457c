package dev.synod.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Virtual time, the source of randomness, and the queue of future events. */
public final class World {
  /** When every world begins, in virtual microseconds. */
  public static final long BEGINNING = 1_000_000;

  private record Event(long at, long number, Runnable action) {}

  public final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (one, other) ->
              one.at != other.at
                  ? Long.compare(one.at, other.at)
                  : Long.compare(one.number, other.number));
  private final List<List<Long>> skipped;
  private final boolean traced;
  private final List<TraceEvent> happened = new ArrayList<>();
  private long number;
  private long now = BEGINNING;
  private long trace;
  private long faults;
  private long injected;

  public World(long seed) {
    this(seed, List.of(), false);
  }

  /**
   * A world in which nothing has happened.
   *
   * @param skipped faults that do not strike: pairs of their first and last number
   * @param traced whether to keep {@link #note notes}
   */
  public World(long seed, List<List<Long>> skipped, boolean traced) {
    this.random = new SplittableRandom(seed);
    this.skipped = skipped;
    this.traced = traced;
  }

  /** Virtual microseconds. */
  public long now() {
    return now;
  }

  /** Grows with everything that happens, in the order in which it happens. */
  public long number() {
    return ++number;
  }

  public void after(long micros, Runnable action) {
    events.add(new Event(now + Math.max(0, micros), ++number, action));
  }

  /** Lets everything happen that is due before that time. */
  public void runUntil(long micros) {
    while (!events.isEmpty() && events.peek().at <= micros) {
      Event event = events.remove();
      now = event.at;
      event.action.run();
    }
    now = micros;
  }

  public boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Whether a fault of this chance strikes now; if so it is counted. */
  public boolean strikes(double probability) {
    if (!chance(probability)) {
      return false;
    }
    faults++;
    for (List<Long> range : skipped) {
      if (range.get(0) <= faults && faults <= range.get(1)) {
        return false;
      }
    }
    injected++;
    return true;
  }

  /** Faults that struck. */
  public long injected() {
    return injected;
  }

  /** Faults that struck or were skipped: the number of the last one. */
  long faults() {
    return faults;
  }

  /** Folds something that happened into the hash of the whole run. */
  public void trace(long what) {
    trace = Long.rotateLeft(trace * 0x9E3779B97F4A7C15L + what, 17) ^ now;
  }

  public long traceHash() {
    return trace;
  }

  /** Records an event if the run is traced. */
  public void note(TraceEvent.Kind kind, Supplier<String> what) {
    note(kind, "", what);
  }

  /** Notes something that happened to a member. */
  public void note(TraceEvent.Kind kind, String member, Supplier<String> what) {
    note(kind, member, "", what);
  }

  /** Notes what became of a message. */
  public void note(TraceEvent.Kind kind, String from, String to, Supplier<String> what) {
    if (traced) {
      happened.add(new TraceEvent(now - BEGINNING, kind, from, to, what.get()));
    }
  }

  public List<TraceEvent> happened() {
    return List.copyOf(happened);
  }
}
