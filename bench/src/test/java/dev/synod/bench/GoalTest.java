package dev.synod.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static final Line TRIP = line("RequestBenchmark.request", "", 1, 60, 10_000);
  private static final Line FORCE = line("ForceBenchmark.threeWriters", "", 1, 240, 12_000);
  private static final Line FRAMES = line("FrameBenchmark.frames", "", 64, 90, 600_000);

  private static Line line(
      String what, String durability, int outstanding, double p50, double rate) {
    return new Line(what, durability, outstanding, p50, 2 * p50, rate, 0, 0, 0);
  }

  private static Line round(String durability, int outstanding, double p50, double rate) {
    return line("RoundBenchmark.put", durability, outstanding, p50, rate);
  }

  @Test
  void aDurableRoundIsHeldAgainstATripAndAForceTogether() {
    Line round = round("FSYNC", 1, 390, 2_500);
    List<Line> run = List.of(TRIP, FORCE, FRAMES, round);
    assertThat(Goal.of(round, run))
        .hasToString("1.30 of request + force with 3 writers, 300 µs (goal ≤ 1.30: met)");
    assertThat(Goal.of(round("FSYNC", 1, 393, 2_500), run)).matches(goal -> !goal.isMet());
  }

  @Test
  void roundsInMemoryAreHeldAgainstFramesWithAsManyOutstanding() {
    Line round = round("MEMORY", 64, 200, 150_000);
    assertThat(Goal.of(round, List.of(FRAMES, round)))
        .hasToString("0.25 of frames without a protocol (goal ≥ 0.50: not met)");
    assertThat(Goal.of(round("MEMORY", 64, 1, 300_000), List.of(FRAMES))).matches(Goal::isMet);
    assertThat(Goal.of(round("MEMORY", 1024, 1, 9e6), List.of(FRAMES))).isNull();
  }

  @Test
  void withoutItsFloorInTheSameRunALineHasNoGoal() {
    assertThat(Goal.of(round("FSYNC", 1, 1, 1), List.of(FORCE))).isNull();
    assertThat(Goal.of(round("FSYNC", 1, 1, 1), List.of(TRIP))).isNull();
    assertThat(Goal.of(TRIP, List.of(TRIP, FORCE, FRAMES))).isNull();
  }
}
