package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.core.Role;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines of state machines in groups in which nothing else happens for an hour. */
@Timeout(60)
class TimeInIdleLogTest {
  private static final long HOUR = 3_600_000;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static SynodOptions template() {
    return new SynodOptions().setSessionTimeout(HOUR);
  }

  @Test
  void whatHasADeadlineEndsThereOnAllMembersAndTheGroupIsSilentAgain() {
    try (Group group = Group.local(vertx, null, template(), "a", "b", "c").start()) {
      await(group.write("b", "stays"));
      await(group.write("b", "200 ms: first"));
      await(group.write("c", "300 ms: second"));
      for (String name : group.names) {
        await().until(() -> group.read(name, ReadLevel.LOCAL).equals("stays"));
      }
      long slot = group.status("a").applied();
      assertThat(group.read("c", ReadLevel.LINEARIZABLE)).isEqualTo("stays");
      assertThat(group.status("a").applied()).as("without a deadline").isEqualTo(slot);
    }
  }

  @Test
  void aLeaderWithoutAStateMachineLetsTimePassForTheOthers() {
    SynodOptions options = template().setRoles(Map.of("w", Set.of(Role.ACCEPTOR, Role.PROPOSER)));
    try (Group group = Group.local(vertx, null, options, "a", "b", "w").start()) {
      await(group.member("a").transferLeadership("w"));
      await().until(() -> "w".equals(group.status("a").leader()));
      await(group.write("a", "200 ms: it ends"));
      await().until(() -> group.read("b", ReadLevel.LOCAL).isEmpty());
      assertThat(group.status("b").leader()).isEqualTo("w");
      assertThat(group.read("a", ReadLevel.LINEARIZABLE)).isEmpty();
    }
  }
}
