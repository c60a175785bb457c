package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogClockTest {
  private static final long HOUR = 3_600_000;

  private final LogClock clock = new LogClock(0);

  @Test
  void itBeginsWithTheWallClock_orWithTheLogIfThatIsAhead() {
    clock.begin(0, HOUR);
    assertThat(clock.time()).isEqualTo(HOUR);
    clock.atLeast(2 * HOUR);
    clock.begin(0, HOUR);
    assertThat(clock.time()).isEqualTo(2 * HOUR);
  }

  @Test
  void aWallClockThatJumpsAheadIsFollowedByATenthOfWhatPasses() {
    clock.begin(0, HOUR);
    clock.tick(1_000, 5 * HOUR);
    assertThat(clock.time()).isEqualTo(HOUR + 1_100);
  }

  @Test
  void aWallClockThatJumpsBackSlowsItByATenth_andItNeverFalls() {
    clock.begin(0, HOUR);
    clock.tick(1_000, 0);
    assertThat(clock.time()).isEqualTo(HOUR + 900);
    clock.tick(500, 0);
    assertThat(clock.time()).isEqualTo(HOUR + 900);
  }

  /** Seed 1826: a founder that waited, and led before its first tick. */
  @Test
  void whatPassesBeforeALeadershipDoesNotCount() {
    clock.begin(5_000, HOUR);
    clock.tick(5_010, 5 * HOUR);
    assertThat(clock.time()).isEqualTo(HOUR + 11);
  }

  @Test
  void oneThatIsRightStaysRight() {
    clock.begin(0, HOUR);
    for (long i = 1; i <= 100; i++) {
      clock.tick(10 * i, HOUR + 10 * i);
      assertThat(clock.time()).isEqualTo(HOUR + 10 * i);
    }
  }
}
