package dev.synod.bench.report;

import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.report.Goal.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two runs beside each other, what is in both.
 *
 * @param rows every line, then every part of a goal
 */
record Comparison(List<Row> rows) {
  /** Figures that differ by less than this are the same, however small their spread was. */
  static final double NOISE = 0.05;

  /**
   * One figure.
   *
   * @param ratio of the second run's to the first's
   * @param better whether the second is better beyond the spread
   * @param worse whether it is worse beyond the spread
   * @param counts whether it is about us; floors and peers only tell how the machine differs
   */
  record Row(
      String what,
      double before,
      double after,
      double ratio,
      double spread,
      boolean better,
      boolean worse,
      boolean counts) {

    String toText() {
      return String.format(
          Locale.ROOT,
          "%-6s %5.2f ×  ±%3.0f %%  %12s → %12s  %s",
          !counts ? "" : worse ? "WORSE" : better ? "better" : "",
          ratio,
          100 * spread,
          Plot.number(before),
          Plot.number(after),
          what);
    }
  }

  static Comparison of(Report before, Report after) {
    List<Row> rows = new ArrayList<>();
    Map<String, ResultLine> known = new LinkedHashMap<>();
    before.lines().forEach(line -> known.put(line.id(), line));
    for (ResultLine line : after.lines()) {
      ResultLine other = known.get(line.id());
      if (other != null && other.isKeptUp()) {
        rows.add(row(other, line));
      }
    }
    Map<String, Part> parts = new LinkedHashMap<>();
    before.goals().forEach(goal -> parts.putAll(goal.byName()));
    for (Goal goal : after.goals()) {
      goal.byName()
          .forEach(
              (what, part) -> {
                @Nullable Part other = parts.get(what);
                if (other != null) {
                  rows.add(row("goal " + what, other, part));
                }
              });
    }
    return new Comparison(rows);
  }

  /** Rates; in an open loop, where the rate is given, the 99th percentile. */
  private static Row row(ResultLine before, ResultLine after) {
    boolean open = before.load().isOpen();
    boolean counts = before.kind() == SubjectKind.OURS || before.kind() == SubjectKind.PART;
    String what = before.id() + (open ? ", p99 µs" : ", per s");
    if (!after.isKeptUp()) {
      return new Row(what + " (" + after.note() + ")", 0, 0, 0, 0, false, true, counts);
    }
    double spread = Math.max(before.spread(), after.spread());
    return open
        ? row(what, before.p99(), after.p99(), spread, true, counts)
        : row(what, before.perSecond(), after.perSecond(), spread, false, counts);
  }

  /**
   * A goal is reckoned from best figures: its own spread is not known, and twice the noise taken.
   */
  private static Row row(String what, Part before, Part after) {
    return row(what, before.ratio(), after.ratio(), 2 * NOISE, before.atMost(), true);
  }

  private static Row row(
      String what,
      double before,
      double after,
      double spread,
      boolean lessIsBetter,
      boolean counts) {
    double ratio = after / before;
    double gain = lessIsBetter ? 1 / ratio : ratio;
    double room = Math.max(spread, NOISE);
    boolean worse = gain < 1 - room;
    return new Row(what, before, after, ratio, room, gain * (1 - room) > 1, worse, counts);
  }

  /** What of ours got worse. */
  List<Row> worse() {
    return rows.stream().filter(row -> row.counts() && row.worse()).toList();
  }
}
