package dev.synod.vertx;

import static dev.synod.core.Role.ACCEPTOR;
import static dev.synod.core.Role.LEARNER;
import static dev.synod.core.Role.PROPOSER;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.core.Role;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that do not do everything: w1 and w2 only accept, p only proposes, r only learns. */
class RolesTest {
  private static final Map<String, Set<Role>> ROLES =
      Map.of(
          "w1",
          Set.of(ACCEPTOR),
          "w2",
          Set.of(ACCEPTOR),
          "p",
          Set.of(PROPOSER),
          "r",
          Set.of(LEARNER));
  private static final String[] NAMES = {"a", "w1", "w2", "p", "r"};

  private final Vertx vertx = Vertx.vertx();

  @TempDir Path directory;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static SynodOptions template() {
    return new SynodOptions()
        .setRoles(ROLES)
        .setSnapshotLogBytes(8_192)
        .setRetainedLogBytes(0)
        .setMaxBatchBytes(1_024);
  }

  private boolean isDeployed(String member, String role) {
    return await(
        vertx
            .eventBus()
            .request("__synod.default." + member + "." + role, "hello")
            .map(true)
            .recover(
                failure ->
                    Future.succeededFuture(
                        ((ReplyException) failure).failureType() != ReplyFailure.NO_HANDLERS)));
  }

  @Test
  void eachDoesItsPart_andTheGroupOutlivesTheOneThatDidAll() {
    try (Group group = Group.local(vertx, null, template(), NAMES).start()) {
      await(group.write("a", "one"));
      await(group.write("r", "two"));
      assertThat(group.read("r", ReadLevel.LINEARIZABLE)).isEqualTo("one,two");
      Membership membership = await(group.member("w1").membership());
      assertThat(membership.acceptors()).containsExactly("a", "w1", "w2");
      assertThat(membership.learners()).containsExactly("a", "r");
      assertThat(membership.roles().get("a")).containsExactly(ACCEPTOR, PROPOSER, LEARNER);
      assertThat(membership.roles().get("p")).containsExactly(PROPOSER);
      assertThat(group.status("w2").toJson().getJsonArray("roles")).containsExactly("acceptor");
      assertThatThrownBy(() -> await(group.write("w1", "no")))
          .isInstanceOf(SynodException.NotAdmitted.class)
          .hasMessageContaining("member w1 of group default is no learner");
      assertThatThrownBy(() -> await(group.member("w1").readable(ReadLevel.LOCAL)))
          .isInstanceOf(SynodException.NotAdmitted.class);
      // Who only learns is told as well who hears whom.
      await().until(() -> group.status("r").canCommit() && group.status("p").canElect());

      group.stop("a");
      await(group.write("r", "three"));
      assertThat(group.status("r").leader()).isEqualTo("p");
      assertThat(group.read("r", ReadLevel.LINEARIZABLE)).isEqualTo("one,two,three");
    }
  }

  @Test
  void whatAMemberDoesNotDoIsNotDeployed() {
    try (Group group = Group.local(vertx, null, template(), NAMES).start()) {
      await(group.write("a", "one"));
      assertThat(isDeployed("w1", "proposer")).isFalse();
      assertThat(isDeployed("p", "acceptor")).isFalse();
      assertThat(isDeployed("r", "acceptor")).isFalse();
      assertThat(isDeployed("r", "proposer")).isFalse();
      await(group.member("a").change(GroupChange.NONE.roles("r", LEARNER, PROPOSER)));
      await(group.member("a").transferLeadership("r"));
      await(group.write("r", "it leads"));
      assertThat(group.status("a").leader()).isEqualTo("r");
    }
  }

  @Test
  void whoHasNoStateCutsItsLogWithTheSnapshotOfAnother_andStartsAgainFromThere() {
    try (Group group = Group.local(vertx, directory, template(), NAMES).start()) {
      List<Future<Applied>> writes = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        writes.add(group.write("a", "x".repeat(40) + i));
      }
      await(Future.all(writes));
      await()
          .untilAsserted(
              () -> {
                assertThat(group.status("w1").floor()).isPositive();
                assertThat(group.status("w1").snapshot()).isPositive();
              });
      group.stop("w1");
      await(group.write("a", "meanwhile"));
      group.start("w1");
      group.stop("w2");
      await(group.write("r", "with w1"));
      assertThat(group.read("r", ReadLevel.LINEARIZABLE).split(",")).hasSize(602);
      assertThatThrownBy(
              () ->
                  await(
                      Synod.start(
                          vertx,
                          template()
                              .setRoles(Map.of())
                              .setMember("w2")
                              .setMembers(List.of(NAMES))
                              .setDataDirectory(directory.resolve("w2").toString()),
                          Map.of("ledger", new Ledger()))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("roles.w2: expected [\"acceptor\"], as the group has it");
    }
  }

  @Test
  void membersComeWithRoles_andSomeChangesCannotBe() {
    try (Group group = Group.local(vertx, null, template(), NAMES).start()) {
      await(group.write("a", "one"));
      Synod late =
          await(
              Synod.start(
                  vertx,
                  new SynodOptions()
                      .setMember("w3")
                      .setMembers(List.of("a", "r"))
                      .setJoin(true)
                      .setRoles(Map.of("w3", Set.of(ACCEPTOR)))
                      .setDurability(Durability.MEMORY),
                  Map.of()));
      Membership with =
          await(
              group
                  .member("r")
                  .change(GroupChange.NONE.add("w3").roles("w3", ACCEPTOR).remove("w1")));
      assertThat(with.acceptors()).containsExactly("a", "w2", "w3");
      assertThat(with.roles().get("w3")).containsExactly(ACCEPTOR);
      group.stop("w2");
      await(group.write("r", "with w3"));

      Synod a = group.member("a");
      refused(a, GroupChange.NONE.roles("w3", LEARNER, ACCEPTOR), "w3 was started without state");
      refused(a, GroupChange.NONE.roles("r", ACCEPTOR), "r was started with state machines");
      refused(a, GroupChange.NONE.roles("x", ACCEPTOR), "x is no member, so it has no roles");
      refused(
          a,
          GroupChange.NONE.remove("p").roles("a", ACCEPTOR, LEARNER),
          "a group needs at least one proposer");
      assertThat(await(late.submit("ledger", Buffer.buffer("x")).otherwiseEmpty())).isNull();
      await(late.close());
    }
  }

  private static void refused(Synod member, GroupChange change, String text) {
    assertThatThrownBy(() -> await(member.change(change)))
        .isInstanceOf(SynodException.ChangeRefused.class)
        .hasMessageContaining(text);
  }
}
