package dev.synod.simulation.history;

import dev.synod.simulation.world.Violation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history of registers is linearizable (Wing and Gong, "Testing and Verifying
 * Concurrent Objects", 1993, with the memoization of Lowe, 2017). Registers are independent, so
 * each is checked alone (Herlihy and Wing, 1990: locality).
 */
public final class Linearizability {
  /** Number of steps after which the check gives up, which counts as a failure. */
  static final long LIMIT = 20_000_000;

  /**
   * Which operations have taken effect, and what the register holds then: all operations before
   * {@code first}, in the order in which they began, and some beyond, as bits from there.
   */
  private record Configuration(int first, BitSet beyond, long value) {
    static Configuration of(BitSet done, long value) {
      int first = done.nextClearBit(0);
      return new Configuration(first, done.get(first, Math.max(first, done.length())), value);
    }
  }

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

  /** Thrown for a history that is not linearizable. */
  static final class Unexplained extends Violation {
    private static final long serialVersionUID = 1L;

    private final transient Operation operation;

    Unexplained(Operation operation, String message) {
      super(message);
      this.operation = operation;
    }

    /** Returns the operation whose result no order of the operations explains. */
    Operation operation() {
      return operation;
    }
  }

  private Linearizability() {}

  /**
   * Checks a history.
   *
   * @throws Violation if the history is not linearizable
   */
  public static void check(List<Operation> history) {
    check(history, LIMIT);
  }

  /** The same, giving up after that many steps. */
  static void check(List<Operation> history, long limit) {
    Map<Integer, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
    }
    byKey.forEach(
        (key, operations) -> {
          Operation unexplained = unexplained(operations, limit);
          if (unexplained != null) {
            throw new Unexplained(
                unexplained,
                "not linearizable, register " + key + ": no order explains " + unexplained);
          }
        });
  }

  /** Null if the history of one register is linearizable. */
  private static @Nullable Operation unexplained(List<Operation> history, long limit) {
    List<Operation> operations = new ArrayList<>(history);
    operations.sort(Comparator.comparingLong(Operation::invoked));
    Event head = events(operations);
    Set<Configuration> seen = new HashSet<>();
    ArrayDeque<Step> steps = new ArrayDeque<>();
    BitSet done = new BitSet();
    long value = 0;
    long tried = 0;
    int longest = -1;
    Operation stuck = null;
    Event event = head.after;
    while (head.after != head) {
      if (++tried > limit) {
        throw new Violation("gave up on a history of " + operations.size() + " operations");
      }
      if (event.end != null) {
        long after = after(operations.get(event.operation), value);
        done.set(event.operation);
        if (after != IMPOSSIBLE && seen.add(Configuration.of(done, after))) {
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
        if (steps.size() > longest) {
          longest = steps.size();
          stuck = operations.get(event.operation);
        }
        if (steps.isEmpty()) {
          return stuck;
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
    return null;
  }

  /** A beginning or an end, and where it stands among those of the same time. */
  private record Moment(long time, int rank, Event event) {}

  /**
   * All beginnings and ends in the order of time; what is not known to have ended ends last. Of the
   * same time, beginnings come first: then both orders are possible.
   */
  private static Event events(List<Operation> operations) {
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Event end = new Event(i, null);
      moments.add(new Moment(operation.returned(), 1, end));
      moments.add(new Moment(operation.invoked(), 0, new Event(i, end)));
    }
    moments.sort(Comparator.comparingLong(Moment::time).thenComparingInt(Moment::rank));
    Event head = new Event(-1, null);
    moments.forEach(moment -> moment.event().insertBefore(head));
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
