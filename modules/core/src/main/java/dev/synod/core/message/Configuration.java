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
 * The acceptors, proposers and learners of a group, and its quorums. An instance is always valid,
 * because a {@link QuorumSystem} without intersecting phases cannot be created.
 *
 * @param id number of the configuration, from 1, unique in the group
 * @param learners members that learn chosen values, including the acceptors
 * @param quorums quorums over the acceptors
 * @param proposers members that may lead, which need not be acceptors
 * @param witnesses learners that store the log but host no state machine, so that they cannot
 *     answer callers
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
        throw new IllegalArgumentException(proposer + " is a proposer, but no member");
      }
    }
    if (proposers.isEmpty()) {
      throw new IllegalArgumentException(
          "the group would have no leader: of " + learners + " one must be a proposer");
    }
    if (!learners.containsAll(witnesses) || witnesses.containsAll(learners)) {
      throw new IllegalArgumentException(
          "the group would have no state machine: of "
              + learners
              + " one must be a learner, and without that role are "
              + witnesses);
    }
  }

  /**
   * Creates a configuration in which every acceptor may lead and every learner hosts the state
   * machine.
   */
  public Configuration(long id, List<String> learners, QuorumSystem quorums) {
    this(id, learners, quorums, quorums.members(), List.of());
  }

  /** Returns the first configuration of a group in which every member has all roles. */
  public static Configuration first(QuorumSystem quorums) {
    return new Configuration(1, quorums.members(), quorums);
  }

  /** Returns a copy with another number. */
  public Configuration withId(long id) {
    return new Configuration(id, learners, quorums, proposers, witnesses);
  }

  /** Returns the members that vote. */
  public List<String> acceptors() {
    return quorums.members();
  }

  /** Tells whether the name is that of a member. */
  public boolean isMember(String member) {
    return isAcceptor(member) || learners.contains(member);
  }

  /** Tells whether this member votes. */
  public boolean isAcceptor(String member) {
    return quorums.indexOf(member) >= 0;
  }

  /** Tells whether this member may lead. */
  public boolean isProposer(String member) {
    return proposers.contains(member);
  }

  /** Tells whether this member hosts no state machine. */
  public boolean isWitness(String member) {
    return witnesses.contains(member);
  }

  /** Returns the roles of a member. A witness is not reported as a learner. */
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

  /** Returns all members: the acceptors, then the others. */
  public List<String> members() {
    return union(acceptors(), learners);
  }

  /** Returns the names of the first list, followed by those of the second list that are new. */
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
