package dev.synod.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history could have come from registers that do one thing at a time (Wing and
 * Gong, "Testing and Verifying Concurrent Objects", 1993; the memo is Lowe's, 2017). Registers are
 * independent of each other, so each is checked alone (Herlihy and Wing, 1990: locality).
 */
final class Linearizability {
  /** Steps after which a check gives up, which is a failure and never a pass. */
  private static final long LIMIT = 20_000_000;

  /** Which operations have taken effect, and what the register holds then. */
  private record Configuration(BitSet done, long value) {}

  /** An operation's beginning or end, in a list from which those that took effect are taken out. */
  private static final class Event {
    final int operation;

    /** The end that belongs to this beginning; null for an end. */
    final @Nullable Event end;

    Event before = this;
    Event after = this;

    Event(int operation, @Nullable Event end) {
      this.operation = operation;
      this.end = end;
    }

    void insertBefore(Event next) {
      before = next.before;
      after = next;
      before.after = this;
      next.before = this;
    }

    void remove() {
      before.after = after;
      after.before = before;
    }

    void restore() {
      before.after = this;
      after.before = this;
    }
  }

  private record Step(Event beginning, long valueBefore) {}

  private Linearizability() {}

  /** Throws a {@link Violation} if the history is not linearizable. */
  static void check(List<Operation> history) {
    Map<Integer, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
    }
    byKey.forEach(
        (key, operations) -> {
          if (!isLinearizable(operations)) {
            throw new Violation("not linearizable, register " + key + ": " + operations);
          }
        });
  }

  private static boolean isLinearizable(List<Operation> operations) {
    Event head = events(operations);
    Set<Configuration> seen = new HashSet<>();
    ArrayDeque<Step> steps = new ArrayDeque<>();
    BitSet done = new BitSet();
    long value = 0;
    long tried = 0;
    Event event = head.after;
    while (head.after != head) {
      if (++tried > LIMIT) {
        throw new Violation("gave up on a history of " + operations.size() + " operations");
      }
      if (event.end != null) {
        long after = after(operations.get(event.operation), value);
        done.set(event.operation);
        if (after != IMPOSSIBLE && seen.add(new Configuration((BitSet) done.clone(), after))) {
          steps.push(new Step(event, value));
          value = after;
          event.remove();
          event.end.remove();
          event = head.after;
        } else {
          done.clear(event.operation);
          event = event.after;
        }
      } else {
        // An operation has ended that has not taken effect: the last step was wrong.
        if (steps.isEmpty()) {
          return false;
        }
        Step last = steps.pop();
        value = last.valueBefore();
        done.clear(last.beginning().operation);
        if (last.beginning().end != null) {
          last.beginning().end.restore();
        }
        last.beginning().restore();
        event = last.beginning().after;
      }
    }
    return true;
  }

  /** All beginnings and ends in the order of time; what is not known to have ended ends last. */
  private static Event events(List<Operation> operations) {
    TreeMap<Long, Event> ordered = new TreeMap<>();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Event end = new Event(i, null);
      ordered.put(
          operation.returned() == Long.MAX_VALUE ? Long.MAX_VALUE - i : operation.returned(), end);
      ordered.put(operation.invoked(), new Event(i, end));
    }
    Event head = new Event(-1, null);
    ordered.values().forEach(event -> event.insertBefore(head));
    return head;
  }

  private static final long IMPOSSIBLE = Long.MIN_VALUE;

  private static long after(Operation operation, long value) {
    return switch (operation.kind()) {
      case READ -> operation.unknown() || operation.value() == value ? value : IMPOSSIBLE;
      case WRITE -> operation.value();
      case COMPARE_AND_SET -> {
        boolean holds = operation.expected() == value;
        if (!operation.unknown() && holds != operation.result()) {
          yield IMPOSSIBLE;
        }
        yield holds ? operation.value() : value;
      }
    };
  }
}
