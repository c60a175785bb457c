package dev.synod.bench.load;

import java.util.List;
import java.util.Map;

/**
 * A group, floor or peer as it is set up in a process of its own, and the loads it is given one
 * after the other.
 *
 * @param system what it is, by the name that reports show
 * @param setting how it differs from its usual form, for a reader; may be empty
 * @param durability {@code FSYNC}, {@code PAGE_CACHE}, {@code MEMORY}, or empty if that says
 *     nothing
 * @param members how many
 * @param settings the same as {@code setting}, for the code that sets it up
 */
public record Scenario(
    SubjectKind kind,
    String system,
    String setting,
    String durability,
    int members,
    Map<String, String> settings,
    List<Step> steps) {
  public Scenario {
    settings = Map.copyOf(settings);
    steps = List.copyOf(steps);
  }

  /** For a reader. */
  public String label() {
    StringBuilder label = new StringBuilder(system);
    if (!setting.isEmpty()) {
      label.append(", ").append(setting);
    }
    if (!durability.isEmpty()) {
      label.append(", ").append(durability);
    }
    return label
        .append(", ")
        .append(members)
        .append(members == 1 ? " member" : " members")
        .toString();
  }

  /** A setting's number, or what it is when not set. */
  public int number(String name, int otherwise) {
    String given = settings.get(name);
    return given == null ? otherwise : Integer.parseInt(given);
  }

  /** Seconds that its loads take, setting up not counted. */
  public double seconds() {
    return steps.stream().mapToDouble(step -> step.window().seconds()).sum();
  }
}
