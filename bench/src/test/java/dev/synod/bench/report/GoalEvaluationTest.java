package dev.synod.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.bench.groups.GroupFactory;
import dev.synod.bench.load.Load;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.micro.JmhRuns;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalEvaluationTest {
  static ResultLine line(
      SubjectKind kind,
      String system,
      String durability,
      int members,
      int outstanding,
      Measure... all) {
    return new ResultLine(
        kind,
        system,
        "",
        durability,
        members,
        "put",
        100,
        Load.closed(outstanding),
        List.of(all),
        all.length == 0 ? "it did not start" : "");
  }

  static Measure measure(double perSecond, double p50, double p99) {
    return new Measure(perSecond, p50, p99, p99, p99, p99, 0, 0, List.of());
  }

  private static Goal goal(String id, ResultLine... lines) {
    return GoalEvaluation.of(List.of(lines)).stream()
        .filter(goal -> goal.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static final ResultLine TRIP =
      line(SubjectKind.FLOOR, GroupFactory.REQUEST, "", 2, 1, measure(1, 60, 90));
  private static final ResultLine FORCE =
      line(SubjectKind.FLOOR, JmhRuns.FORCE, "", 3, 3, measure(1, 240, 500));

  @Test
  void aDurableRoundIsHeldAgainstATripAndAForceTogether() {
    ResultLine met =
        line(SubjectKind.OURS, GroupFactory.SYNOD, "FSYNC", 3, 1, measure(1, 390, 500));
    assertThat(goal("durable-1", TRIP, FORCE, met))
        .matches(goal -> Boolean.TRUE.equals(goal.met()))
        .matches(goal -> goal.ratio() != null && goal.ratio() == 1.3);
    ResultLine slow =
        line(SubjectKind.OURS, GroupFactory.SYNOD, "FSYNC", 3, 1, measure(1, 393, 500));
    assertThat(goal("durable-1", TRIP, FORCE, slow).met()).isFalse();
  }

  @Test
  void theBestDurablePeerOverANetworkIsWhatCounts() {
    ResultLine ours =
        line(SubjectKind.OURS, GroupFactory.SYNOD, "FSYNC", 3, 64, measure(200, 1, 50));
    ResultLine best = line(SubjectKind.PEER, "Quick", "FSYNC", 3, 64, measure(100, 1, 40));
    ResultLine other = line(SubjectKind.PEER, "Slow", "FSYNC", 3, 64, measure(50, 1, 10));
    ResultLine unsynced = line(SubjectKind.PEER, "Careless", "MEMORY", 3, 64, measure(9e9, 1, 1));
    Goal goal = goal("durable-64", ours, best, other, unsynced);
    assertThat(goal.measured()).contains("Quick").doesNotContain("Slow", "Careless");
    assertThat(goal.parts()).extracting(Goal.Part::isMet).containsExactly(true, false);
    assertThat(goal.met()).isFalse();
  }

  @Test
  void aRowWithoutItsLinesIsNotMeasuredAndSaysWhichIsMissing() {
    Goal goal = goal("durable-1", TRIP, FORCE);
    assertThat(goal.met()).isNull();
    assertThat(goal.ratio()).isNull();
    assertThat(goal.why()).contains("FSYNC").contains("was not part of this run");
    ResultLine broken = line(SubjectKind.OURS, GroupFactory.SYNOD, "FSYNC", 3, 1);
    assertThat(goal("durable-1", TRIP, FORCE, broken).why()).contains("it did not start");
    assertThat(goal("lease-reads").why()).isNotEmpty();
    assertThat(goal("browser").met()).isNull();
  }
}
