package dev.synod.vertx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.synod.core.Role;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Value;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumException;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.NameRule;
import dev.synod.vertx.config.Roles;
import dev.synod.vertx.impl.frame.WireReader;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Validates {@link SynodOptions} and reports every problem with the path of its field. */
public final class OptionsCheck {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long HOUR = 3_600_000;
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final long GIB = 1L << 30;
  private static final long PAGE = 4096;

  private final SynodOptions options;
  private final List<String> problems = new ArrayList<>();

  private OptionsCheck(SynodOptions options) {
    this.options = options;
  }

  /** Returns the problems of a member's options; empty if the options are valid. */
  public static List<String> problems(SynodOptions options) {
    OptionsCheck check = new OptionsCheck(options);
    check.members();
    check.sizes();
    check.times();
    return check.problems;
  }

  /**
   * Returns the problems of a client's options; empty if the options are valid. A client has
   * neither a name nor members nor a quorum rule of its own, so these fields are not validated.
   */
  public static List<String> clientProblems(SynodOptions options) {
    OptionsCheck check = new OptionsCheck(options);
    check.name("group", options.getGroup());
    if (options.getMember() != null) {
      check.problems.add(
          "member: expected none, because a client gets a new name with every start, got "
              + Fields.show(options.getMember()));
    }
    check.sizes();
    check.times();
    return check.problems;
  }

  /**
   * Builds the quorum system that these options describe.
   *
   * @throws QuorumException if the options describe no valid quorum system
   */
  public static QuorumSystem quorumSystem(SynodOptions options) {
    List<String> acceptors =
        options.getMembers().stream()
            .filter(member -> options.rolesOf(member).contains(Role.ACCEPTOR))
            .toList();
    return QuorumSystem.of(acceptors, spec(options.getQuorum()), options.isAllowSingleCopy());
  }

  private static QuorumSpec spec(@Nullable JsonObject quorum) {
    if (quorum == null) {
      return new QuorumSpec.Majority();
    }
    try {
      return QuorumSpec.fromJson(MAPPER.readTree(quorum.encode()), "quorum");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Vert.x wrote JSON that cannot be read: " + quorum, e);
    }
  }

  private void members() {
    name("group", options.getGroup());
    String self = options.getMember();
    if (self == null) {
      problems.add("member: is missing, expected the name of this member");
    } else {
      name("member", self);
    }
    List<String> members = options.getMembers();
    int before = problems.size();
    if (members.isEmpty()) {
      problems.add("members: expected at least the name of this member, got []");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < members.size(); i++) {
      String member = members.get(i);
      name("members[" + i + "]", member);
      if (!seen.add(member)) {
        problems.add(
            String.format(
                Locale.ROOT,
                "members[%d]: expected each name once, got %s again",
                i,
                Fields.show(member)));
      }
    }
    roles(options.isJoin() ? Set.of(String.valueOf(self)) : seen);
    if (options.isJoin()) {
      // A joining member asks these members for the group's configuration and quorum rule.
      if (members.stream().allMatch(member -> member.equals(self))) {
        problems.add(
            "members: expected at least one other member of the group to join, got "
                + Fields.show(members));
      }
      return;
    }
    if (self != null && !members.isEmpty() && !seen.contains(self)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "members: expected this member, %s, among them, got %s",
              Fields.show(self),
              Fields.show(members)));
    }
    if (problems.size() == before) {
      quorum();
    }
    if (problems.size() == before) {
      foundWithout();
    }
  }

  private void foundWithout() {
    for (String member : options.getFoundWithout()) {
      if (!options.getMembers().contains(member)) {
        problems.add(
            String.format(
                Locale.ROOT,
                "foundWithout: expected names of members, %s, got %s",
                Fields.show(options.getMembers()),
                Fields.show(member)));
        return;
      }
    }
    QuorumSystem quorums = quorumSystem(options);
    List<String> founders = new ArrayList<>(quorums.members());
    founders.removeAll(options.getFoundWithout());
    if (!quorums.isQuorum(Phase.ONE, founders) || !quorums.isQuorum(Phase.TWO, founders)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "foundWithout: expected that the other acceptors, %s, hold a quorum of both phases, got %s",
              Fields.show(founders),
              Fields.show(options.getFoundWithout())));
    }
  }

  private void roles(Set<String> members) {
    options
        .getRoles()
        .forEach(
            (member, some) -> {
              if (!members.contains(member)) {
                problems.add(
                    options.isJoin()
                        ? String.format(
                            Locale.ROOT,
                            "roles.%s: expected only the roles of this joining member, because the group knows those of the others",
                            member)
                        : String.format(
                            Locale.ROOT,
                            "roles.%s: expected one of the members, %s",
                            member,
                            Fields.show(options.getMembers())));
              } else if (some.isEmpty()) {
                problems.add(
                    String.format(
                        Locale.ROOT,
                        "roles.%s: expected at least one of acceptor, proposer or learner",
                        member));
              }
            });
    for (Role role : Role.values()) {
      if (!options.isJoin()
          && !members.isEmpty()
          && members.stream().noneMatch(member -> options.rolesOf(member).contains(role))) {
        problems.add(
            String.format(
                Locale.ROOT,
                "roles: expected one member at least to be %s, got %s",
                role == Role.ACCEPTOR ? "an acceptor" : "a " + role.name().toLowerCase(Locale.ROOT),
                Roles.write(options.getRoles()).encode()));
      }
    }
  }

  private void quorum() {
    try {
      quorumSystem(options);
    } catch (QuorumException e) {
      String message = String.valueOf(e.getMessage());
      problems.add(message.startsWith("quorum") ? message : "quorum: " + message);
    }
  }

  private void name(String path, String name) {
    if (!NameRule.isName(name)) {
      problems.add(path + ": expected " + NameRule.EXPECTED + ", got " + Fields.show(name));
    }
  }

  private void sizes() {
    if (options.getDurability() != Durability.MEMORY && options.getDataDirectory().isBlank()) {
      problems.add(
          "dataDirectory: expected a directory, got \"\"; only the durability MEMORY needs none");
    }
    range("snapshotLogBytes", options.getSnapshotLogBytes(), PAGE, 64 * GIB);
    range("retainedLogBytes", options.getRetainedLogBytes(), 0, 64 * GIB);
    range("window", options.getWindow(), 1, WireReader.MAX_WINDOW);
    range("maxClients", options.getMaxClients(), 0, 10_000);
    range("maxBatchBytes", options.getMaxBatchBytes(), KIB, 8 * MIB);
    range("maxReads", options.getMaxReads(), 1, Integer.MAX_VALUE);
    range("maxKeyBytes", options.getMaxKeyBytes(), 1, 64 * KIB);
    range("maxValueBytes", options.getMaxValueBytes(), 1, 8 * MIB);
    // The largest allowed command must fit into the leader's queue and into one segment.
    long largest = (long) options.getMaxKeyBytes() + options.getMaxValueBytes() + KIB;
    // A write of the largest key and value is one command.
    range("maxCommandBytes", options.getMaxCommandBytes(), largest, Value.MAX_COMMAND);
    range("maxQueuedBytes", options.getMaxQueuedBytes(), largest, 64 * GIB);
    long least = 32 * KIB + 2 * Math.max(options.getMaxBatchBytes(), largest);
    range("segmentBytes", options.getSegmentBytes(), (least + PAGE - 1) / PAGE * PAGE, GIB);
    if (options.getSegmentBytes() % PAGE != 0) {
      problems.add(
          String.format(
              Locale.ROOT,
              "segmentBytes: expected a multiple of %d, got %d",
              PAGE,
              options.getSegmentBytes()));
    }
  }

  private void times() {
    range("heartbeatInterval", options.getHeartbeatInterval(), 1, HOUR);
    range("requestTimeout", options.getRequestTimeout(), 1, 24 * HOUR);
    range("sessionTimeout", options.getSessionTimeout(), 1, Settings.Sessions.MAX_TIMEOUT);
    range("electionTimeout", options.getElectionTimeout(), 1, HOUR);
    range("lease", options.getLease(), 0, HOUR);
    range("leaseDrift", options.getLeaseDrift(), 0, HOUR);
    long least = 2 * options.getHeartbeatInterval() + options.getLeaseDrift();
    if (options.getLease() > 0 && options.getLease() < least) {
      problems.add(
          String.format(
              Locale.ROOT,
              "lease: expected 0, or at least 2 heartbeat intervals and the leaseDrift, %d, got %d",
              least,
              options.getLease()));
    }
    long heartbeats = 3 * options.getHeartbeatInterval();
    if (options.getElectionTimeout() > 0 && options.getElectionTimeout() < heartbeats) {
      problems.add(
          String.format(
              Locale.ROOT,
              "electionTimeout: expected at least 3 heartbeat intervals, %d, got %d",
              heartbeats,
              options.getElectionTimeout()));
    }
  }

  private void range(String path, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: expected a whole number from %d to %d, got %d",
              path,
              least,
              most,
              value));
    }
  }
}
