package dev.synod.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.simulation.world.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
  private static Operation read(long value, long invoked, long returned) {
    return new Operation(
        0, Operation.Kind.READ, 0, value, true, invoked, returned, returned == Long.MAX_VALUE);
  }

  private static Operation write(long value, long invoked, long returned) {
    return new Operation(
        0, Operation.Kind.WRITE, -1, value, true, invoked, returned, returned == Long.MAX_VALUE);
  }

  private static boolean linearizable(List<Operation> history) {
    try {
      Linearizability.check(history);
      return true;
    } catch (Violation violation) {
      return false;
    }
  }

  @Test
  void aReadThatOverlapsAWriteSeesItOrNot() {
    assertThat(linearizable(List.of(write(1, 1, 4), read(0, 2, 3)))).isTrue();
    assertThat(linearizable(List.of(write(1, 1, 4), read(1, 2, 3)))).isTrue();
  }

  @Test
  void aReadAfterAWriteSeesIt() {
    assertThat(linearizable(List.of(write(1, 1, 2), read(0, 3, 4)))).isFalse();
  }

  @Test
  void whatOneReadHasSeenALaterOneSeesToo() {
    assertThat(linearizable(List.of(write(1, 1, 6), read(1, 2, 3), read(0, 4, 5)))).isFalse();
  }

  @Test
  void aWriteOfUnknownOutcomeMayTakeEffectAtAnyTimeOrNever() {
    Operation open = write(1, 1, Long.MAX_VALUE);
    assertThat(linearizable(List.of(open, read(0, 2, 3), read(1, 4, 5)))).isTrue();
    assertThat(linearizable(List.of(open, read(0, 2, 3)))).isTrue();
    assertThat(linearizable(List.of(open, read(1, 2, 3), read(0, 4, 5)))).isFalse();
  }

  @Test
  void agreesWithTryingEveryOrderOnRandomHistories() {
    SplittableRandom random = new SplittableRandom(7);
    List<Operation.Kind> kinds = List.of(Operation.Kind.values());
    int good = 0;
    for (int run = 0; run < 3_000; run++) {
      List<Operation> history = new ArrayList<>();
      List<Long> times = new ArrayList<>();
      int size = 1 + random.nextInt(5);
      for (long time = 1; time <= 2L * size; time++) {
        times.add(time);
      }
      for (int i = 0; i < size; i++) {
        long one = times.remove(random.nextInt(times.size()));
        long other = times.remove(random.nextInt(times.size()));
        Operation.Kind kind = kinds.get(random.nextInt(kinds.size()));
        boolean unknown = kind != Operation.Kind.READ && random.nextInt(4) == 0;
        history.add(
            new Operation(
                0,
                kind,
                random.nextInt(3),
                random.nextInt(3),
                random.nextBoolean(),
                Math.min(one, other),
                unknown ? Long.MAX_VALUE : Math.max(one, other),
                unknown));
      }
      boolean expected = anyOrder(history, 0);
      good += expected ? 1 : 0;
      assertThat(linearizable(history)).as("%s", history).isEqualTo(expected);
    }
    assertThat(good).as("both kinds were drawn").isBetween(300, 2_700);
  }

  /** Tries every order that the times allow. */
  private static boolean anyOrder(List<Operation> rest, long value) {
    if (rest.stream().allMatch(Operation::unknown)) {
      return true;
    }
    long firstEnd =
        rest.stream().min(Comparator.comparingLong(Operation::returned)).orElseThrow().returned();
    for (Operation next : rest) {
      if (next.invoked() < firstEnd) {
        List<Operation> others = new ArrayList<>(rest);
        others.remove(next);
        boolean holds = next.expected() == value;
        boolean possible =
            switch (next.kind()) {
              case READ -> next.value() == value && anyOrder(others, value);
              case WRITE -> anyOrder(others, next.value());
              case COMPARE_AND_SET ->
                  (next.unknown() || holds == next.result())
                      && anyOrder(others, holds ? next.value() : value);
            };
        if (possible || (next.unknown() && anyOrder(others, value))) {
          return true;
        }
      }
    }
    return false;
  }
}
