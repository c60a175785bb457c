package dev.synod.core.proposer;

import java.util.TreeMap;

/**
 * What a leader knows of the deadlines of the replicated state. The leader proposes a value, also
 * an empty one, when the log's time passes a deadline, and not before: an idle log without
 * deadlines stays as it is.
 *
 * <p>Time passes in the log only. A time that only an answer carried would be lost with its leader,
 * and a key that a reader saw expired could be there again under the slower clock of the next one.
 */
final class Deadlines {
  /** The deadlines that members reported to this leader, because it has no state machine. */
  private final TreeMap<String, Long> reported = new TreeMap<>();

  /** Highest time that this leader has stamped a value with; 0 before its first value. */
  private long stamped;

  /** Slot of the last value that this leader has stamped. */
  private long last;

  /** Slot of a value that passed the latest reported deadline. */
  private long reportedSlot;

  /** Starts a leadership, to which members report their deadlines anew. */
  void begin() {
    reported.clear();
    stamped = 0;
    last = 0;
    reportedSlot = 0;
  }

  /** Records the deadline of a member's state machine. */
  void reported(String member, long time) {
    if (time == Long.MAX_VALUE) {
      reported.remove(member);
    } else {
      reported.put(member, time);
      if (time <= stamped) {
        reportedSlot = last; // which of the values passed it is not known here
      }
    }
  }

  /** Tells whether a deadline has passed by this time that no proposed value has reached. */
  boolean isDue(LeaderState state, long time) {
    return time > stamped && (state.isDue(stamped, time) || isReportedDue(time));
  }

  private boolean isReportedDue(long time) {
    for (long deadline : reported.values()) {
      if (stamped < deadline && deadline <= time) {
        return true;
      }
    }
    return false;
  }

  /** Records that a value with this time is proposed for a slot. */
  void stamped(long slot, long time) {
    if (isReportedDue(time)) {
      reportedSlot = slot;
    }
    stamped = Math.max(stamped, time);
    last = slot;
  }

  /**
   * Returns the slot that must be decided before the state lacks everything that ends by this time.
   *
   * @param state state with all slots applied that are known to be chosen; a deadline that comes
   *     from a slot in between would not be seen
   * @param next next slot to propose, whose value reaches the time
   * @return 0 if no value is needed
   */
  long slot(LeaderState state, long time, long next) {
    if (isDue(state, time)) {
      return next;
    }
    // The value that ends it is proposed and not applied: one of them up to the last one.
    return stamped > state.time() && state.isDue(state.time(), stamped) ? last : reportedSlot;
  }
}
