package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.message.GroupCommand;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  /** A state with these deadlines, of which no value has been applied. */
  static LeaderState state(long... deadlines) {
    return new LeaderState() {
      @Override
      public GroupCommand.LeaderBegins leaderBegins() {
        return GroupCommand.LeaderBegins.PLAIN;
      }

      @Override
      public long applied() {
        return 10;
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

  private final Deadlines deadlines = new Deadlines();

  @Test
  void aDeadlineIsDueOnceTheClockHasReachedItAndNoLongerOnceAValueHas() {
    LeaderState state = state(100, 200);
    assertThat(deadlines.isDue(state, 99)).isFalse();
    assertThat(deadlines.isDue(state, 100)).isTrue();
    deadlines.stamped(state, 7, 120);
    assertThat(deadlines.slot()).isEqualTo(7);
    assertThat(deadlines.isDue(state, 120)).as("the value is not applied yet").isFalse();
    assertThat(deadlines.isDue(state, 199)).isFalse();
    assertThat(deadlines.isDue(state, 200)).as("another one").isTrue();
    deadlines.stamped(state, 8, 150);
    assertThat(deadlines.slot()).as("nothing ends at 150").isEqualTo(7);
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
    deadlines.stamped(state(), 7, 100);
    assertThat(deadlines.isDue(state(), 299)).as("the report of b is late").isFalse();
    assertThat(deadlines.isDue(state(), 300)).isTrue();
    deadlines.reported("c", Long.MAX_VALUE);
    assertThat(deadlines.isDue(state(), 300)).isFalse();
  }

  @Test
  void aNewLeadershipKnowsOfNoValue() {
    deadlines.stamped(state(100), 7, 100);
    deadlines.begin();
    assertThat(deadlines.slot()).isZero();
    assertThat(deadlines.isDue(state(100), 100)).isTrue();
  }
}
