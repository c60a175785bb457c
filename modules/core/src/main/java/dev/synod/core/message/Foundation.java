package dev.synod.core.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The group that the options of a founder describe. The founders of one group have equal ones.
 *
 * @param alpha pipeline window, in slots
 * @param configuration first configuration of the group
 * @param without founders whose word the founding does not need
 */
public record Foundation(long alpha, Configuration configuration, List<String> without) {
  public Foundation {
    without = List.copyOf(without);
    if (alpha < 1) {
      throw new IllegalArgumentException("the window must be at least 1 slot, but is " + alpha);
    }
  }

  /** Returns the members whose word the founding needs, in the order of the configuration. */
  public List<String> founders() {
    return configuration.members().stream().filter(member -> !without.contains(member)).toList();
  }

  /**
   * Returns the identity of the founding by these processes, which is never 0. It depends on the
   * window, the configuration, and the store of each founder. A store draws its number at random
   * when it is created, so a group that is founded once more has another identity.
   */
  public long birth(SortedMap<String, Incarnation> founders) {
    long hash = mix(alpha);
    for (byte each : GroupCommand.toBytes(configuration)) {
      hash = mix(hash + each);
    }
    for (Map.Entry<String, Incarnation> founder : founders.entrySet()) {
      for (int i = 0; i < founder.getKey().length(); i++) {
        hash = mix(hash + founder.getKey().charAt(i));
      }
      hash = mix(hash + founder.getValue().store());
    }
    return hash == 0 ? 1 : hash;
  }

  /** Mixes the bits of a number (Stafford, "Better Bit Mixing", variant 13). */
  static long mix(long number) {
    long mixed = number + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /**
   * Returns the differences between this group and another one, each with the name of the option:
   * {@code window: 64 here, 32 there}; empty if both are equal apart from {@link #without}.
   */
  public List<String> differences(Foundation other) {
    List<String> differences = new ArrayList<>();
    add("members", configuration.members(), other.configuration.members(), differences);
    if (differences.isEmpty()) {
      add("roles", configuration.roles(), other.configuration.roles(), differences);
    }
    add(
        "quorum",
        configuration.quorums().spec().text(),
        other.configuration.quorums().spec().text(),
        differences);
    add("window", alpha, other.alpha, differences);
    if (differences.isEmpty() && !configuration.equals(other.configuration)) {
      add("configuration", configuration, other.configuration, differences);
    }
    return differences;
  }

  /** Returns the difference in {@link #without}; empty if there is none. */
  public List<String> differenceOfWithout(Foundation other) {
    List<String> differences = new ArrayList<>();
    add("foundWithout", without, other.without, differences);
    return differences;
  }

  private static void add(String option, Object here, Object there, List<String> differences) {
    if (!here.equals(there)) {
      differences.add(option + ": " + here + " here, " + there + " there");
    }
  }
}
