package dev.synod.core.message;

import dev.synod.core.Role;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who accepts, proposes and learns, and which sets of acceptors are quorums. Valid by construction:
 * a {@link QuorumSystem} whose phases do not meet cannot be made.
 *
 * @param id counts from 1, never used twice in a group
 * @param learners all members that learn what is chosen, those that accept as well among them
 * @param quorums over the acceptors
 * @param proposers the members that may lead; they need not accept
 * @param witnesses those of {@code learners} that learn it for the log's sake alone: they host no
 *     state machine, and so have nothing to tell a caller
 */
public record Configuration(
    long id,
    List<String> learners,
    QuorumSystem quorums,
    List<String> proposers,
    List<String> witnesses) {
  public Configuration {
    learners = List.copyOf(learners);
    proposers = List.copyOf(proposers);
    witnesses = List.copyOf(witnesses);
    for (String proposer : proposers) {
      if (!learners.contains(proposer) && quorums.indexOf(proposer) < 0) {
        throw new IllegalArgumentException(proposer + " shall propose, and is no member");
      }
    }
    if (proposers.isEmpty()) {
      throw new IllegalArgumentException(
          "nobody proposes, so nobody could lead: of " + learners + " one must be a proposer");
    }
    if (!learners.containsAll(witnesses) || witnesses.containsAll(learners)) {
      throw new IllegalArgumentException(
          "nobody would have the state: of "
              + learners
              + " one must be a learner, and without that role are "
              + witnesses);
    }
  }

  /** All acceptors may lead, and all learners have the state. */
  public Configuration(long id, List<String> learners, QuorumSystem quorums) {
    this(id, learners, quorums, quorums.members(), List.of());
  }

  /** The first configuration of a group in which every member plays every role. */
  public static Configuration first(QuorumSystem quorums) {
    return new Configuration(1, quorums.members(), quorums);
  }

  /** The same under another number. */
  public Configuration withId(long id) {
    return new Configuration(id, learners, quorums, proposers, witnesses);
  }

  /** The members whose votes count. */
  public List<String> acceptors() {
    return quorums.members();
  }

  /** Whether this member's votes count. */
  public boolean isAcceptor(String member) {
    return quorums.indexOf(member) >= 0;
  }

  /** Whether this member may lead. */
  public boolean isProposer(String member) {
    return proposers.contains(member);
  }

  /** Whether this member hosts no state machine. */
  public boolean isWitness(String member) {
    return witnesses.contains(member);
  }

  /** What this member is to the group; a member that learns for the log's sake is no learner. */
  public Set<Role> roles(String member) {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    if (isAcceptor(member)) {
      roles.add(Role.ACCEPTOR);
    }
    if (isProposer(member)) {
      roles.add(Role.PROPOSER);
    }
    if (learners.contains(member) && !isWitness(member)) {
      roles.add(Role.LEARNER);
    }
    return roles;
  }

  /** The roles of each member, in the order of {@link #members}. */
  public Map<String, Set<Role>> roles() {
    Map<String, Set<Role>> roles = new LinkedHashMap<>();
    members().forEach(member -> roles.put(member, roles(member)));
    return roles;
  }

  /** All members: the acceptors, then the others. */
  public List<String> members() {
    return union(acceptors(), learners);
  }

  /** The names of the first list, then those of the second that are new. */
  public static List<String> union(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    for (String name : second) {
      if (!all.contains(name)) {
        all.add(name);
      }
    }
    return List.copyOf(all);
  }
}
