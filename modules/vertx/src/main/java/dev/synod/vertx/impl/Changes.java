package dev.synod.vertx.impl;

import dev.synod.core.Configuration;
import dev.synod.core.Configurations;
import dev.synod.core.Member;
import dev.synod.quorum.QuorumException;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a change asked for means, given who is in the group now. */
final class Changes {
  private Changes() {}

  /** The members and quorums that shall be. */
  record Wanted(List<String> learners, QuorumSystem quorums) {}

  /**
   * The latest configuration, changed.
   *
   * @throws IllegalArgumentException that says why that cannot be
   */
  static Wanted wanted(Configuration latest, GroupChange change, boolean allowSingleCopy) {
    List<String> acceptors = new ArrayList<>(latest.acceptors());
    List<String> learners = new ArrayList<>(latest.learners());
    for (String leaver : change.remove()) {
      boolean learned = learners.remove(leaver);
      boolean accepted = acceptors.remove(leaver);
      if (!learned && !accepted) {
        throw new IllegalArgumentException(
            leaver + " is no member, so it cannot be removed; members are " + latest.members());
      }
    }
    for (String learner : change.learn()) {
      named(learner);
      if (!acceptors.remove(learner) && learners.contains(learner)) {
        throw new IllegalArgumentException(learner + " only learns already");
      }
      if (!learners.contains(learner)) {
        learners.add(learner);
      }
    }
    for (String newcomer : change.add()) {
      named(newcomer);
      if (acceptors.contains(newcomer)) {
        throw new IllegalArgumentException(newcomer + " is a member already");
      }
      acceptors.add(newcomer);
      if (!learners.contains(newcomer)) {
        learners.add(newcomer);
      }
    }
    if (acceptors.isEmpty()) {
      throw new IllegalArgumentException("a group needs at least one member");
    }
    QuorumSpec spec = change.quorum() != null ? change.quorum() : latest.quorums().spec();
    try {
      return new Wanted(learners, QuorumSystem.of(acceptors, spec, allowSingleCopy));
    } catch (QuorumException wrong) {
      throw new IllegalArgumentException(
          change.quorum() != null
              ? "the quorum does not fit these members: " + wrong.getMessage()
              : "the quorum rule "
                  + spec.text()
                  + " does not fit the members "
                  + acceptors
                  + ", give the new one with the change: "
                  + wrong.getMessage(),
          wrong);
    }
  }

  private static void named(String member) {
    if (!Names.isName(member)) {
      throw new IllegalArgumentException(
          "a member's name is " + Names.EXPECTED + ", not \"" + member + "\"");
    }
  }

  /** Who is in the group, as this member knows it. */
  static Membership membership(Member member) {
    if (!member.isBorn()) {
      return new Membership(
          0, List.of(), List.of(), new JsonObject(), "not known yet", false, List.of());
    }
    Configurations configurations = member.configurations();
    Configuration used = configurations.current();
    return new Membership(
        used.id(),
        used.acceptors(),
        used.learners(),
        new JsonObject(used.quorums().spec().text()),
        used.quorums().toString(),
        configurations.pending() != null,
        configurations.left());
  }
}
