package dev.synod.core;

import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;

/**
 * Who accepts and who learns, and which sets of acceptors are quorums. Valid by construction: a
 * {@link QuorumSystem} whose phases do not meet cannot be made.
 *
 * @param id counts from 1, never used twice in a group
 * @param learners all members that learn, those that accept as well among them
 * @param quorums over the acceptors
 */
public record Configuration(long id, List<String> learners, QuorumSystem quorums) {
  public Configuration {
    learners = List.copyOf(learners);
  }

  /** The first configuration of a group in which every member plays every role. */
  public static Configuration first(QuorumSystem quorums) {
    return new Configuration(1, quorums.members(), quorums);
  }

  Configuration withId(long id) {
    return new Configuration(id, learners, quorums);
  }

  /** The members whose votes count. */
  public List<String> acceptors() {
    return quorums.members();
  }

  /** Whether this member's votes count. */
  public boolean isAcceptor(String member) {
    return quorums.indexOf(member) >= 0;
  }

  /** All members: the acceptors, then those who only learn. */
  public List<String> members() {
    return union(acceptors(), learners);
  }

  /** The names of the first list, then those of the second that are new. */
  static List<String> union(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    for (String name : second) {
      if (!all.contains(name)) {
        all.add(name);
      }
    }
    return List.copyOf(all);
  }
}
