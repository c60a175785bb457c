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

  /** Slot of the value that passed the latest deadline. */
  private long slot;

  /** Starts a leadership, to which members report their deadlines anew. */
  void begin() {
    reported.clear();
    stamped = 0;
    slot = 0;
  }

  /** Records the deadline of a member's state machine. */
  void reported(String member, long time) {
    if (time == Long.MAX_VALUE) {
      reported.remove(member);
    } else {
      reported.put(member, time);
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
  void stamped(LeaderState state, long slot, long time) {
    if (isDue(state, time)) {
      this.slot = slot;
    }
    stamped = Math.max(stamped, time);
  }

  /** Returns the slot of the value that passed the latest deadline; 0 if there is none. */
  long slot() {
    return slot;
  }
}
