package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogClockTest {
  private static final long HOUR = 3_600_000;

  private final LogClock clock = new LogClock(0);

  @Test
  void itBeginsWithTheWallClock_orWithTheLogIfThatIsAhead() {
    clock.begin(HOUR);
    assertThat(clock.time()).isEqualTo(HOUR);
    clock.atLeast(2 * HOUR);
    clock.begin(HOUR);
    assertThat(clock.time()).isEqualTo(2 * HOUR);
  }

  @Test
  void aWallClockThatJumpsAheadIsFollowedByATenthOfWhatPasses() {
    clock.begin(HOUR);
    clock.tick(1_000, 5 * HOUR);
    assertThat(clock.time()).isEqualTo(HOUR + 1_100);
  }

  @Test
  void aWallClockThatJumpsBackSlowsItByATenth_andItNeverFalls() {
    clock.begin(HOUR);
    clock.tick(1_000, 0);
    assertThat(clock.time()).isEqualTo(HOUR + 900);
    clock.tick(500, 0);
    assertThat(clock.time()).isEqualTo(HOUR + 900);
  }

  @Test
  void oneThatIsRightStaysRight() {
    clock.begin(HOUR);
    for (long i = 1; i <= 100; i++) {
      clock.tick(10 * i, HOUR + 10 * i);
      assertThat(clock.time()).isEqualTo(HOUR + 10 * i);
    }
  }
}
