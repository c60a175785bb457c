package dev.synod.simulation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the roles of the members. */
final class RoleGenerator {
  private static final List<String> OTHERS = List.of("x", "y");

  private final SplittableRandom random;

  RoleGenerator(SplittableRandom random) {
    this.random = random;
  }

  /**
   * Draws the roles of these members and of some further ones that are no acceptors.
   *
   * @param frail whose disks may be lost; one whose disk is not has each role, for nothing survives
   *     without
   */
  Plan.Parts over(List<String> members, List<String> frail) {
    int outsiders = one(3) ? 1 + random.nextInt(3) : 0;
    boolean thrifty = one(3);
    if (!one(3)) {
      return new Plan.Parts(
          outsiders, thrifty, List.of(), List.of(), List.of(), /* mixed= */ false);
    }
    List<String> others = OTHERS.subList(0, random.nextInt(3));
    List<String> all = new ArrayList<>(members);
    all.addAll(others);
    List<String> sound = new ArrayList<>(all);
    sound.removeAll(frail);
    List<String> mute = Swarm.shuffled(all, random).subList(0, random.nextInt(all.size()));
    List<String> witnesses = Swarm.shuffled(all, random).subList(0, random.nextInt(all.size()));
    return new Plan.Parts(
        outsiders,
        thrifty,
        others,
        without(mute, any(sound)),
        without(witnesses, any(sound)),
        /* mixed= */ true);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static List<String> without(List<String> names, String name) {
    return names.stream().filter(other -> !other.equals(name)).toList();
  }
}
