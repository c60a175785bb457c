package dev.synod.bench.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of the design's goals.
 *
 * @param measured what this run came to, for a reader
 * @param ratio that of the part that is farthest from its limit; null if not measured
 * @param met whether every part is within its limit; null if not measured
 * @param parts what the row consists of
 * @param why it was not measured, or what a reader must know; may be empty
 */
public record Goal(
    String id,
    String goal,
    String measured,
    @Nullable Double ratio,
    @Nullable Boolean met,
    List<Part> parts,
    String why) {

  /**
   * A ratio with its limit.
   *
   * @param atMost whether the ratio ought not to exceed the limit, rather than reach it
   */
  public record Part(String what, double ratio, double limit, boolean atMost) {
    @JsonIgnore
    boolean isMet() {
      return atMost ? ratio <= limit : ratio >= limit;
    }

    /** 1 is just met, more is better. */
    double reached() {
      return atMost ? limit / ratio : ratio / limit;
    }

    String toText() {
      return String.format(
          Locale.ROOT, "%.2f × %s (goal %s %.2g)", ratio, what, atMost ? "≤" : "≥", limit);
    }
  }

  static Goal of(String id, String goal, String why, List<Part> parts) {
    Part worst = parts.get(0);
    boolean met = true;
    for (Part part : parts) {
      worst = part.reached() < worst.reached() ? part : worst;
      met &= part.isMet();
    }
    String measured = String.join("; ", parts.stream().map(Part::toText).toList());
    return new Goal(id, goal, measured, worst.ratio(), met, parts, why);
  }

  static Goal unmeasured(String id, String goal, String why) {
    return new Goal(id, goal, "", null, null, List.of(), why);
  }

  /** How a reader is told of {@link #met}. */
  String verdict() {
    return met == null ? "not measured" : met ? "met" : "not met";
  }

  /** Those figures of it by which two runs are compared. */
  Map<String, Part> byName() {
    Map<String, Part> all = new LinkedHashMap<>();
    parts.forEach(part -> all.put(id + ": " + part.what(), part));
    return all;
  }
}
