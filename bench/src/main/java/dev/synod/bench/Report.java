package dev.synod.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A whole run, for people and for programs.
 *
 * @param machine what it ran on
 * @param lines what it came to
 */
record Report(Machine machine, List<Line> lines) {
  /** One line of text for each, floors first, under a heading and what it all ran on. */
  String toText() {
    List<String> text = new ArrayList<>();
    text.add(machine.toText());
    text.add("");
    text.add(
        row("what", "disk", "outstanding", "p50 µs", "p99 µs", "per s", "spread", "cpu µs", "B", ""));
    for (Line line : lines) {
      Goal goal = Goal.of(line, lines);
      text.add(
          row(
              line.what(),
              line.durability().isEmpty() ? "-" : line.durability(),
              Integer.toString(line.outstanding()),
              String.format(Locale.ROOT, "%.1f", line.p50()),
              String.format(Locale.ROOT, "%.1f", line.p99()),
              String.format(Locale.ROOT, "%,.0f", line.rate()),
              String.format(Locale.ROOT, "%.0f %%", line.spread()),
              figure("%.2f", line.cpu()),
              figure("%,.0f", line.bytes()),
              goal == null ? "" : goal.toString()));
    }
    text.add("");
    text.add(
        "Best of the measures; spread: how far the worst rate is below it. cpu µs, B:"
            + " processor time and bytes allocated for an operation, by all nodes together.");
    return String.join(System.lineSeparator(), text);
  }

  private static String figure(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-28s %-6s %11s %10s %10s %12s %7s %8s %8s  %s", cells)
        .stripTrailing();
  }

  JsonObject toJson() {
    JsonArray all = new JsonArray();
    for (Line line : lines) {
      JsonObject json = line.toJson();
      Goal goal = Goal.of(line, lines);
      if (goal != null) {
        json.put(
            "goal",
            new JsonObject()
                .put("ratio", goal.ratio())
                .put("limit", goal.limit())
                .put("atMost", goal.atMost())
                .put("floor", goal.floor())
                .put("met", goal.isMet()));
      }
      all.add(json);
    }
    return new JsonObject().put("machine", machine.toJson()).put("lines", all);
  }
}
