package dev.synod.vertx.impl.request;

import static java.util.stream.Collectors.toCollection;

import dev.synod.core.Role;
import dev.synod.core.member.Member;
import dev.synod.core.message.Configuration;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumException;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.config.NameRule;
import dev.synod.vertx.config.Roles;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Computes the configuration that a requested change produces. */
final class ChangePlanner {
  private static final Set<Role> ONLY_LEARNER = EnumSet.of(Role.LEARNER);

  private ChangePlanner() {}

  /**
   * Returns the latest configuration with the change.
   *
   * @return configuration with the number of the latest one
   * @throws IllegalArgumentException with the reason why the change is impossible
   */
  static Configuration wanted(Configuration latest, GroupChange change, boolean allowSingleCopy) {
    Map<String, Set<Role>> roles = roles(latest, change);
    List<String> members =
        latest.members().stream().filter(roles::containsKey).collect(toCollection(ArrayList::new));
    roles.keySet().stream().filter(member -> !members.contains(member)).forEach(members::add);
    Function<Role, List<String>> having =
        role -> members.stream().filter(member -> roles.get(member).contains(role)).toList();
    for (Role role : Role.values()) {
      if (having.apply(role).isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a group needs at least one %s, but none of %s would be one",
                role.name().toLowerCase(Locale.ROOT),
                members));
      }
    }
    List<String> witnesses = new ArrayList<>(members);
    witnesses.removeAll(having.apply(Role.LEARNER));
    QuorumSpec spec = change.quorum() != null ? change.quorum() : latest.quorums().spec();
    List<String> acceptors = having.apply(Role.ACCEPTOR);
    try {
      return new Configuration(
          latest.id(),
          members,
          QuorumSystem.of(acceptors, spec, allowSingleCopy),
          having.apply(Role.PROPOSER),
          witnesses);
    } catch (QuorumException wrong) {
      throw new IllegalArgumentException(
          change.quorum() != null
              ? "the quorum does not fit these members: " + wrong.getMessage()
              : "the quorum rule "
                  + spec.text()
                  + " does not fit the members "
                  + acceptors
                  + "; add a new rule to the change: "
                  + wrong.getMessage(),
          wrong);
    }
  }

  /**
   * Tells whether a configuration is as the change requests, so that a repeated request of a change
   * that is done is not refused.
   */
  static boolean isMade(Configuration configuration, GroupChange change) {
    Map<String, Set<Role>> wanted = new TreeMap<>();
    change.add().forEach(member -> wanted.put(member, Roles.ALL));
    change.learn().forEach(member -> wanted.put(member, ONLY_LEARNER));
    wanted.putAll(change.roles());
    Map<String, Set<Role>> roles = configuration.roles();
    return wanted.entrySet().stream().allMatch(of -> of.getValue().equals(roles.get(of.getKey())))
        && change.remove().stream().noneMatch(roles::containsKey)
        && (change.quorum() == null
            || change.quorum().text().equals(configuration.quorums().spec().text()));
  }

  /** Returns the roles of each member after the change, new members last. */
  private static Map<String, Set<Role>> roles(Configuration latest, GroupChange change) {
    Map<String, Set<Role>> roles = latest.roles();
    for (String leaver : change.remove()) {
      if (roles.remove(leaver) == null) {
        throw new IllegalArgumentException(
            leaver + " is no member, so it cannot be removed; members are " + latest.members());
      }
    }
    for (String learner : change.learn()) {
      named(learner);
      if (ONLY_LEARNER.equals(roles.put(learner, ONLY_LEARNER))) {
        throw new IllegalArgumentException(learner + " is already a learner only");
      }
    }
    for (String newcomer : change.add()) {
      named(newcomer);
      if (roles.getOrDefault(newcomer, Set.of()).contains(Role.ACCEPTOR)) {
        throw new IllegalArgumentException(newcomer + " is a member already");
      }
      roles.put(newcomer, Roles.ALL);
    }
    change
        .roles()
        .forEach(
            (member, its) -> {
              if (its.isEmpty() || roles.replace(member, its) == null) {
                throw new IllegalArgumentException(
                    its.isEmpty()
                        ? member + " would have no role: remove it instead"
                        : member + " is no member, so it has no roles; add it as well");
              }
            });
    for (String member : latest.members()) {
      Set<Role> its = roles.get(member);
      if (its != null && its.contains(Role.LEARNER) == latest.isWitness(member)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s was started %s state machines, which cannot change: start another member under a new name",
                member,
                latest.isWitness(member) ? "without" : "with"));
      }
    }
    return roles;
  }

  private static void named(String member) {
    if (!NameRule.isName(member)) {
      throw new IllegalArgumentException(
          "a member's name is " + NameRule.EXPECTED + ", not \"" + member + "\"");
    }
  }

  /** Returns the members that the change adds to the group, if their names are valid. */
  static List<String> newcomers(Member member, GroupChange change) {
    Configurations configurations = member.configurations();
    return Stream.concat(change.add().stream(), change.learn().stream())
        .filter(NameRule::isName)
        .filter(name -> !configurations.isMember(name) && !configurations.hasLeft(name))
        .toList();
  }

  /** Returns the membership, as this member knows it. */
  static Membership membership(Member member) {
    if (!member.isInitialized()) {
      return new Membership(
          0, List.of(), List.of(), Map.of(), new JsonObject(), "not known yet", false, List.of());
    }
    Configurations configurations = member.configurations();
    Configuration used = configurations.current();
    return new Membership(
        used.id(),
        used.acceptors(),
        used.learners().stream().filter(name -> !used.isWitness(name)).toList(),
        used.roles(),
        new JsonObject(used.quorums().spec().text()),
        used.quorums().toString(),
        configurations.pending() != null,
        configurations.left());
  }
}
