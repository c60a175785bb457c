package dev.synod.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.synod.core.Role;
import dev.synod.quorum.QuorumSpec;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynodOptionsTest {
  private static SynodOptions valid() {
    return new SynodOptions().setMember("a").setMembers(List.of("a", "b", "c"));
  }

  private static List<String> problems(Consumer<SynodOptions> change) {
    SynodOptions options = valid();
    change.accept(options);
    ConfigurationException e =
        catchThrowableOfType(ConfigurationException.class, options::validate);
    return e == null ? List.of() : e.problems();
  }

  private static JsonObject counts(int phase1, int phase2) {
    return new JsonObject().put("rule", "counts").put("phase1", phase1).put("phase2", phase2);
  }

  private static SynodOptions withNothingAtItsDefault() {
    return new SynodOptions()
        .setGroup("orders")
        .setMember("b")
        .setMembers(List.of("a", "b", "c", "d"))
        .setQuorum(new QuorumSpec.Counts(4, 1))
        .setAllowSingleCopy(true)
        .setFoundWithout(List.of("d"))
        .setJoin(true)
        .setRoles(Map.of("b", Set.of(Role.LEARNER)))
        .setDataDirectory("elsewhere")
        .setDurability(Durability.PAGE_CACHE)
        .setStrictRecovery(true)
        .setSegmentBytes(32 << 20)
        .setSnapshotLogBytes(1 << 20)
        .setRetainedLogBytes(100_000)
        .setWindow(10)
        .setMaxBatchBytes(100_000)
        .setMaxQueuedBytes(20_000_000)
        .setMaxKeyBytes(100)
        .setMaxValueBytes(10_000)
        .setMaxCommandBytes(2 << 20)
        .setThrifty(true)
        .setMaxClients(3)
        .setHeartbeatInterval(10)
        .setElectionTimeout(99)
        .setRequestTimeout(5_000)
        .setSessionTimeout(20_000)
        .setMaxReads(7)
        .setLease(80)
        .setLeaseDrift(5);
  }

  @Test
  void theDefaultsAreValidOnceTheMembersAreNamed() {
    assertThat(problems(options -> {})).isEmpty();
  }

  @Test
  void everyFieldGoesToJsonAndBackAndIsCopied() {
    SynodOptions options = withNothingAtItsDefault();
    assertThat(new SynodOptions(options.toJson())).usingRecursiveComparison().isEqualTo(options);
    assertThat(new SynodOptions(options)).usingRecursiveComparison().isEqualTo(options);
    assertThat(new SynodOptions(new JsonObject(options.toJson().encode())))
        .usingRecursiveComparison()
        .isEqualTo(options);
    JsonObject defaults = valid().toJson();
    for (String field : options.toJson().fieldNames()) {
      assertThat(options.toJson().getValue(field)).as(field).isNotEqualTo(defaults.getValue(field));
    }
    options.validate();
  }

  @Test
  void aCopyDoesNotFollowWhatItWasMadeFrom() {
    SynodOptions options = withNothingAtItsDefault();
    SynodOptions copy = new SynodOptions(options);
    options.getQuorum().put("phase1", 7);
    assertThat(copy.getQuorum()).isEqualTo(counts(4, 1));
  }

  @Test
  void everyUnknownOrMistypedFieldIsNamed() {
    JsonObject json =
        new JsonObject()
            .put("member", 7)
            .put("members", new JsonArray().add("a").add(true))
            .put("quorum", "majority")
            .put("window", 1.5)
            .put("maxBatchBytes", 5_000_000_000L)
            .put("durability", "SOMETIMES")
            .put("allowSingleCopy", "yes")
            .put("hartbeat", 50);
    assertThatThrownBy(() -> new SynodOptions(json))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> {
              assertThat(e.problems()).hasSize(8);
              assertThat(e.problems())
                  .contains(
                      "member: expected a string, got 7",
                      "members[1]: expected a name, got true",
                      "quorum: expected an object, got \"majority\"",
                      "window: expected a whole number, got 1.5",
                      "maxBatchBytes: expected a whole number below 2147483648, got 5000000000",
                      "durability: expected one of FSYNC, PAGE_CACHE, MEMORY, got \"SOMETIMES\"",
                      "allowSingleCopy: expected true or false, got \"yes\"");
              assertThat(e.problems().get(7))
                  .startsWith("hartbeat: is not a field, expected one of allowSingleCopy, ")
                  .contains("heartbeatInterval");
            });
  }

  @Test
  void membersMustBeNamedOnceAndWellAndHoldThisOne() {
    assertThat(problems(options -> options.setMembers(List.of())))
        .containsExactly("members: expected at least the name of this member, got []");
    assertThat(problems(options -> options.setMembers(List.of("b", "c"))))
        .containsExactly("members: expected this member, \"a\", among them, got [\"b\",\"c\"]");
    assertThat(problems(options -> options.setMembers(List.of("a", "b", "a"))))
        .containsExactly("members[2]: expected each name once, got \"a\" again");
    assertThat(problems(options -> options.setMembers(List.of("a", "b.c"))))
        .containsExactly(
            "members[1]: expected 1 to 32 of the characters A-Z, a-z, 0-9, _ and -, got \"b.c\"");
    assertThat(problems(options -> options.setGroup("x".repeat(33)))).hasSize(1);
    assertThat(problems(options -> options.setGroup("x".repeat(32)))).isEmpty();
    assertThatThrownBy(() -> new SynodOptions().setMembers(List.of("a")).validate())
        .hasMessage("member: is missing, expected the name of this member");
  }

  @Test
  void rolesMustBeOfMembersAndHeldByOneAtLeast() {
    assertThat(problems(options -> options.setRoles(Map.of("b", Set.of(Role.ACCEPTOR))))).isEmpty();
    assertThat(problems(options -> options.setRoles(Map.of("x", Set.of(Role.ACCEPTOR)))))
        .containsExactly("roles.x: expected one of the members, [\"a\",\"b\",\"c\"]");
    assertThat(problems(options -> options.setRoles(Map.of("b", Set.of()))))
        .contains("roles.b: expected at least one of acceptor, proposer or learner");
    Set<Role> most = Set.of(Role.ACCEPTOR, Role.LEARNER);
    assertThat(problems(options -> options.setRoles(Map.of("a", most, "b", most, "c", most))))
        .singleElement()
        .asString()
        .startsWith("roles: expected one member at least to be a proposer, got {\"a\":[");
    assertThatThrownBy(
            () ->
                new SynodOptions(
                    new JsonObject("{\"roles\":{\"w\":[\"acceptor\",\"boss\"],\"r\":7}}")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("roles.w[1]: expected acceptor, proposer or learner, got \"boss\"")
        .hasMessageContaining("roles.r: expected an array of names, got 7");
  }

  @Test
  void phasesThatDoNotMeetAreRefused() {
    assertThat(problems(options -> options.setQuorum(counts(1, 2))))
        .singleElement()
        .asString()
        .startsWith("quorum")
        .contains("have no member in common");
    assertThat(problems(options -> options.setQuorum(counts(2, 7))))
        .singleElement()
        .asString()
        .startsWith("quorum");
    assertThat(problems(options -> options.setQuorum(counts(2, 2)))).isEmpty();
    assertThat(problems(options -> options.setQuorum(new JsonObject().put("rule", "dice"))))
        .singleElement()
        .asString()
        .startsWith("quorum.rule: ");
  }

  @Test
  void aSingleCopyIsRefusedUnlessAllowedOrAlone() {
    assertThat(problems(options -> options.setQuorum(counts(3, 1)))).hasSize(1);
    assertThat(problems(options -> options.setQuorum(counts(3, 1)).setAllowSingleCopy(true)))
        .isEmpty();
    assertThat(problems(options -> options.setMembers(List.of("a")))).isEmpty();
  }

  @Test
  void timesMustBePositiveAndAnElectionTakeThreeHeartbeats() {
    assertThat(problems(options -> options.setElectionTimeout(149)))
        .containsExactly("electionTimeout: expected at least 3 heartbeat intervals, 150, got 149");
    assertThat(problems(options -> options.setElectionTimeout(150))).isEmpty();
    assertThat(problems(options -> options.setLease(119)))
        .containsExactly(
            "lease: expected 0, or at least 2 heartbeat intervals and the leaseDrift, 120, got"
                + " 119");
    assertThat(problems(options -> options.setLease(120))).isEmpty();
    assertThat(
            problems(
                options ->
                    options
                        .setHeartbeatInterval(0)
                        .setElectionTimeout(0)
                        .setRequestTimeout(-1)
                        .setSessionTimeout(0)))
        .containsExactly(
            "heartbeatInterval: expected a whole number from 1 to 3600000, got 0",
            "requestTimeout: expected a whole number from 1 to 86400000, got -1",
            "sessionTimeout: expected a whole number from 1 to 86400000, got 0",
            "electionTimeout: expected a whole number from 1 to 3600000, got 0");
  }

  @Test
  void sizesMustFitIntoEachOther() {
    assertThat(problems(options -> options.setSegmentBytes(1 << 20)))
        .singleElement()
        .asString()
        .startsWith("segmentBytes: expected a whole number from ");
    assertThat(problems(options -> options.setSegmentBytes((64 << 20) + 1)))
        .containsExactly("segmentBytes: expected a multiple of 4096, got 67108865");
    assertThat(problems(options -> options.setMaxQueuedBytes(1_000))).hasSize(1);
    assertThat(problems(options -> options.setWindow(0))).hasSize(1);
    assertThat(problems(options -> options.setMaxValueBytes(0))).hasSize(1);
    assertThat(problems(options -> options.setMaxReads(0))).hasSize(1);
    assertThat(problems(options -> options.setDataDirectory(" "))).hasSize(1);
    assertThat(problems(options -> options.setDataDirectory("").setDurability(Durability.MEMORY)))
        .isEmpty();
  }

  @Test
  void aFileIsReadAndItsProblemsNameIt(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("a.json");
    Files.writeString(file, valid().setWindow(3).toJson().encodePrettily());
    assertThat(SynodOptions.read(file).getWindow()).isEqualTo(3);

    Files.writeString(file, valid().setQuorum(counts(2, 7)).setWindow(0).toJson().encode());
    assertThatThrownBy(() -> SynodOptions.read(file))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(2)
                    .allMatch(problem -> problem.startsWith(file + ": ")));

    Files.writeString(file, "{\"member\":\"a\"\n \"members\":[]}");
    assertThatThrownBy(() -> SynodOptions.read(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(file + ": line 2, column ");
    for (String wrong : List.of("", "null", "[]", "{\"window\":1,\"window\":2}", "{} {}")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> SynodOptions.read(file))
          .as(wrong)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageStartingWith(file + ": ");
    }
    Files.delete(file);
    assertThatThrownBy(() -> SynodOptions.read(file)).hasMessage(file + ": there is no such file");
  }
}
