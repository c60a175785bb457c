package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications that are no members, beside the members in one Vert.x. */
class ClientTest {
  private final Vertx vertx = Vertx.vertx();

  @TempDir Path directory;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private Group group(SynodOptions template) {
    return Group.local(vertx, null, template, "a", "b", "c").start();
  }

  private static SynodOptions template() {
    return new SynodOptions().setMaxClients(2).setRequestTimeout(3_000);
  }

  private Synod client(SynodOptions options) {
    return await(Synod.client(vertx, options, Map.of("ledger", new Ledger())));
  }

  private static Future<Applied> write(Synod at, String line) {
    return at.submit("ledger", Buffer.buffer(line));
  }

  private static String read(Synod at, ReadLevel level) {
    return await(at.query("ledger", Buffer.buffer(), level)).toString();
  }

  @Test
  void itSeesWhatWasThere_submitsAndReads_andNobodyCountsIt() {
    try (Group group = group(template())) {
      await(group.write("a", "before"));
      Synod client = client(template());
      assertThat(client.member()).startsWith("client-");
      assertThat(read(client, ReadLevel.LOCAL)).as("it is ready").isEqualTo("before");

      Applied applied = await(write(client, "from outside"));
      assertThat(applied.result().toString()).isEqualTo("2");
      await(group.write("b", "after"));
      assertThat(read(client, ReadLevel.LINEARIZABLE)).isEqualTo("before,from outside,after");
      assertThat(group.read("c", ReadLevel.LINEARIZABLE)).isEqualTo("before,from outside,after");

      Membership membership = await(client.membership());
      assertThat(membership.acceptors()).containsExactly("a", "b", "c");
      assertThat(membership).isEqualTo(await(group.member("a").membership()));
      // The leader says with its next beats whom it reaches.
      await().until(() -> await(client.status()).canCommit());
      assertThat(await(client.status()).state()).isEqualTo("following");
      await()
          .untilAsserted(
              () -> assertThat(await(client.status()).hash()).isEqualTo(group.status("a").hash()));
      await(client.close());
      await(group.write("a", "it is not missed"));
    }
  }

  @Test
  void theLeaderAndTheMemberThatItFollowsGo_andEachCommandIsAppliedOnce() {
    try (Group group = Group.local(vertx, directory, template(), "a", "b", "c").start()) {
      Synod client = client(template());
      List<Future<Applied>> writes = new ArrayList<>();
      for (String leaver : List.of("a", "b")) {
        for (int i = 0; i < 100; i++) {
          writes.add(write(client, leaver + i));
        }
        group.stop(leaver);
        for (int i = 100; i < 200; i++) {
          writes.add(write(client, leaver + i));
        }
        await(Future.all(writes));
        group.start(leaver);
      }
      assertThat(read(client, ReadLevel.LINEARIZABLE).split(","))
          .hasSize(400)
          .doesNotHaveDuplicates();
      await(client.close());
    }
  }

  @Test
  void withoutAQuorumItSaysSo() {
    try (Group group = group(template())) {
      Synod client = client(template().setRequestTimeout(1_000));
      group.stop("a");
      group.stop("b");
      assertThatThrownBy(() -> await(write(client, "x")))
          .isInstanceOfAny(SynodException.NoQuorum.class, SynodException.OutcomeUnknown.class);
      assertThatThrownBy(() -> read(client, ReadLevel.LINEARIZABLE))
          .isInstanceOf(SynodException.NoQuorum.class);
      await(client.close());
    }
  }

  @Test
  void aClientHasAQueueLimitOfItsOwn() {
    try (Group group = group(template())) {
      Synod client =
          client(template().setMaxKeyBytes(100).setMaxValueBytes(1_000).setMaxQueuedBytes(3_000));
      List<Future<Applied>> writes = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        writes.add(write(client, "x".repeat(1_000)));
      }
      await(Future.join(writes).otherwiseEmpty());
      assertThat(writes).filteredOn(Future::succeeded).isNotEmpty();
      assertThat(writes)
          .filteredOn(Future::failed)
          .isNotEmpty()
          .allMatch(write -> write.cause() instanceof SynodException.Busy);
      long done = writes.stream().filter(Future::succeeded).count();
      assertThat(group.read("a", ReadLevel.LINEARIZABLE).split(",")).hasSize((int) done);
      await(client.close());
    }
  }

  @Test
  void aRefusedClientIsToldWhy() {
    try (Group group = group(template().setMaxClients(0))) {
      await(group.write("a", "x"));
      assertThatThrownBy(() -> client(template()))
          .isInstanceOf(SynodException.NotAdmitted.class)
          .hasMessageContaining("maxClients of member");
    }
    assertThatThrownBy(() -> client(template().setRequestTimeout(600)))
        .as("nobody is there")
        .isInstanceOf(SynodException.NoQuorum.class)
        .hasMessageContaining("no member of the group default");
    assertThatThrownBy(() -> client(template().setMember("a").setMaxClients(-1)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("member: expected none")
        .hasMessageContaining("maxClients: expected a whole number from 0");
  }

  @Test
  void eachMemberLetsSoManyInAndNoMore() {
    SynodOptions one = template().setMaxClients(1);
    try (Group group = group(one)) {
      List<Synod> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(client(one.setRequestTimeout(10_000)));
      }
      assertThatThrownBy(() -> client(one.setRequestTimeout(3_000)))
          .isInstanceOf(SynodException.NoQuorum.class);
      await(clients.get(0).close());
      Synod late = client(one.setRequestTimeout(10_000));
      assertThat(await(write(late, "x")).slot()).isPositive();
      assertThat(group.read("a", ReadLevel.LINEARIZABLE)).isEqualTo("x");
      await(late.close());
      clients.forEach(client -> await(client.close()));
    }
  }

  @Test
  void whatIsAboutMembersIsNotForIt() {
    try (Group group = group(template())) {
      Synod client = client(template());
      assertThatThrownBy(() -> await(client.change(GroupChange.NONE.remove("a"))))
          .isInstanceOf(SynodException.NotAdmitted.class)
          .hasMessageContaining("only a member accepts this request");
      assertThatThrownBy(() -> await(client.transferLeadership("a")))
          .isInstanceOf(SynodException.NotAdmitted.class);
      assertThatThrownBy(() -> await(client.snapshot()))
          .isInstanceOf(SynodException.NotAdmitted.class);
      await(client.close());
      assertThatThrownBy(() -> await(write(client, "x"))).isInstanceOf(SynodException.class);
      assertThat(group.status("a").members()).containsExactly("a", "b", "c");
    }
  }

  /** What was there is more than what is left in the log. */
  @Test
  void itStartsFromASnapshot_whichItDoesNotKeep() {
    SynodOptions small =
        template().setSnapshotLogBytes(8_192).setRetainedLogBytes(0).setMaxBatchBytes(1_024);
    try (Group group = group(small)) {
      List<Future<Applied>> writes = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        writes.add(group.write("a", "x".repeat(50) + i));
      }
      await(Future.all(writes));
      for (String name : group.names) {
        await(group.member(name).snapshot());
      }
      await().until(() -> group.names.stream().allMatch(name -> group.status(name).floor() > 0));
      Synod client = client(small);
      assertThat(read(client, ReadLevel.LOCAL).split(",")).hasSize(500);
      await(write(client, "and on"));
      assertThat(await(client.status()).snapshot()).isZero();
      await(client.close());
    }
  }
}
