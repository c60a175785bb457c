package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.message.GroupCommand;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static LeaderState stateAt(long now, long... deadlines) {
    return state(() -> 10, now, deadlines);
  }

  /** A state at this slot and this time of the log with these deadlines. */
  static LeaderState state(LongSupplier applied, long now, long... deadlines) {
    return new LeaderState() {
      @Override
      public GroupCommand.LeaderBegins leaderBegins() {
        return GroupCommand.LeaderBegins.PLAIN;
      }

      @Override
      public long applied() {
        return applied.getAsLong();
      }

      @Override
      public long time() {
        return now;
      }

      @Override
      public boolean isDue(long after, long time) {
        for (long deadline : deadlines) {
          if (deadline > after && deadline <= time) {
            return true;
          }
        }
        return false;
      }
    };
  }

  static LeaderState state(long... deadlines) {
    return stateAt(0, deadlines);
  }

  private final Deadlines deadlines = new Deadlines();

  @Test
  void aDeadlineIsDueOnceTheClockHasReachedItAndNoLongerOnceAValueHas() {
    LeaderState state = state(100, 200);
    assertThat(deadlines.isDue(state, 99)).isFalse();
    assertThat(deadlines.isDue(state, 100)).isTrue();
    assertThat(deadlines.slot(state, 99, 7)).as("nothing ends by then").isZero();
    assertThat(deadlines.slot(state, 100, 7)).as("slot 7 is to end it").isEqualTo(7);
    deadlines.stamped(7, 120);
    assertThat(deadlines.slot(state, 120, 8)).as("slot 7 ends it").isEqualTo(7);
    assertThat(deadlines.isDue(state, 120)).as("the value is not applied yet").isFalse();
    assertThat(deadlines.isDue(state, 199)).isFalse();
    assertThat(deadlines.isDue(state, 200)).as("another one").isTrue();
    assertThat(deadlines.slot(state, 200, 8)).isEqualTo(8);
    assertThat(deadlines.slot(stateAt(120, 200), 150, 8)).as("slot 7 is applied").isZero();
  }

  @Test
  void aDeadlineThatIsKnownOnlyAfterAValueHasPassedItWaitsForThatValue() {
    deadlines.stamped(7, 120);
    deadlines.stamped(8, 130);
    // Slot 7 is applied, and what it wrote ends at 125.
    assertThat(deadlines.slot(stateAt(120, 125), 130, 9)).isEqualTo(8);
    assertThat(deadlines.isDue(stateAt(120, 125), 130)).as("slot 8 ends it").isFalse();
    assertThat(deadlines.slot(stateAt(120, 131), 130, 9)).as("it ends later").isZero();
    assertThat(deadlines.slot(stateAt(120, 131), 131, 9)).isEqualTo(9);
  }

  @Test
  void aReportOfADeadlineThatAValueHasPassedWaitsForTheLastValue() {
    deadlines.stamped(7, 120);
    deadlines.stamped(8, 130);
    deadlines.reported("b", 110);
    assertThat(deadlines.slot(state(), 130, 9)).isEqualTo(8);
    deadlines.stamped(9, 140);
    assertThat(deadlines.slot(state(), 140, 10)).isEqualTo(8);
  }

  @Test
  void aStateWithoutDeadlinesIsNeverDue() {
    for (long time : List.of(0L, 1L, Long.MAX_VALUE - 1)) {
      assertThat(deadlines.isDue(state(), time)).isFalse();
      assertThat(deadlines.isDue(LeaderState.EMPTY, time)).isFalse();
    }
  }

  @Test
  void theDeadlinesThatMembersReportCountUntilTheyReportOthers() {
    deadlines.reported("b", 100);
    deadlines.reported("c", 300);
    assertThat(deadlines.isDue(state(), 100)).isTrue();
    deadlines.stamped(7, 100);
    assertThat(deadlines.isDue(state(), 299)).as("the report of b is late").isFalse();
    assertThat(deadlines.isDue(state(), 300)).isTrue();
    deadlines.reported("c", Long.MAX_VALUE);
    assertThat(deadlines.isDue(state(), 300)).isFalse();
  }

  @Test
  void aNewLeadershipKnowsOfNoValue() {
    deadlines.stamped(7, 100);
    deadlines.reported("b", 100);
    deadlines.begin();
    assertThat(deadlines.slot(state(), 100, 8)).isZero();
    assertThat(deadlines.isDue(state(100), 100)).isTrue();
  }
}
