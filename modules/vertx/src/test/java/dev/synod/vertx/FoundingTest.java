package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import dev.synod.storage.file.StorageException;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group is founded once, by all its founders and with the same options. */
class FoundingTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final List<Synod> running = new ArrayList<>();

  @AfterEach
  void stop() {
    running.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  private SynodOptions options(String name, String data) {
    return new SynodOptions()
        .setMember(name)
        .setMembers(NAMES)
        .setDurability(Durability.PAGE_CACHE)
        .setRequestTimeout(20_000)
        .setDataDirectory(directory.resolve(data).toString());
  }

  private Synod start(SynodOptions options) {
    Synod member = await(Synod.start(vertx, options, Map.of("ledger", new Ledger())));
    running.add(member);
    return member;
  }

  private Synod start(String name) {
    return start(options(name, name));
  }

  private void close(Synod member) {
    running.remove(member);
    await(member.close());
  }

  private static Status status(Synod member) {
    return await(member.status());
  }

  private static void write(Synod at, String line) {
    await(at.submit("ledger", Buffer.buffer(line)));
  }

  @Test
  void foundersThatStartOneAfterTheOtherSayWhomTheyWaitFor_andAreOneGroupInTheEnd() {
    Synod a = start("a");
    await().until(() -> status(a).summary().startsWith("waits for founders b, c"));
    assertThat(status(a).state()).isEqualTo("founding");
    assertThat(status(a).identity()).isEmpty();
    Synod b = start("b");
    await().until(() -> status(a).summary().startsWith("waits for founders c"));
    await()
        .until(
            () -> b.vitals().alarms().stream().anyMatch(each -> each.code().equals("not-founded")));
    Synod c = start("c");
    write(c, "one");
    assertThat(status(c).identity()).hasSize(16);
    await().until(() -> status(a).identity().equals(status(c).identity()));
    await().until(() -> status(b).identity().equals(status(c).identity()));
    assertThat(status(a).toJson().getString("identity")).isEqualTo(status(a).identity());
  }

  @Test
  void foundersWithDifferentOptionsStopAndNameTheFields() {
    Synod a = start("a");
    Synod b = start(options("b", "b").setMembers(List.of("a", "b")).setWindow(8));
    for (Synod member : List.of(a, b)) {
      assertThatThrownBy(() -> await(member.ended()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContainingAll("members: [a, b", "window: ", "of group default");
      assertThat(status(member).state()).isEqualTo("stopped");
      assertThat(status(member).summary()).contains("members: [a, b");
      close(member);
    }
    // Nothing was recorded: with equal options the same directories are founders.
    NAMES.forEach(this::start);
    write(running.get(0), "one");
  }

  @Test
  void aMajorityWithEmptiedDirectoriesWaitsForTheThird_andIsRefusedByIt() {
    List<Synod> all = NAMES.stream().map(this::start).toList();
    write(all.get(0), "one");
    String identity = status(all.get(0)).identity();
    await().until(() -> all.stream().allMatch(member -> status(member).applied() >= 1));
    List.copyOf(all).forEach(this::close);
    Synod a = start(options("a", "empty-a"));
    Synod b = start(options("b", "empty-b"));
    await().until(() -> status(a).summary().startsWith("waits for founders c"));
    await().until(() -> status(b).summary().startsWith("waits for founders c"));
    Synod c = start("c");
    for (Synod emptied : List.of(a, b)) {
      assertThatThrownBy(() -> await(emptied.ended()))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("another data directory under its name");
      close(emptied);
    }
    start("a");
    write(c, "two");
    assertThat(status(c).identity()).isEqualTo(identity);
    assertThat(await(c.query("ledger", Buffer.buffer(), ReadLevel.LINEARIZABLE)))
        .hasToString("one,two");
  }

  @Test
  void aGroupIsFoundedWithoutAFounderThatIsNamed_whichBelongsToItWhenItComes() {
    Synod b = start(options("b", "b").setFoundWithout(List.of("a")));
    start(options("c", "c").setFoundWithout(List.of("a")));
    write(b, "one");
    Synod a = start("a");
    write(a, "two");
    await().until(() -> status(a).identity().equals(status(b).identity()));
  }

  @Test
  void aFounderOfAnotherGroupThanTheOneThatRunsStops_andTheGroupGoesOn() {
    NAMES.forEach(this::start);
    write(running.get(0), "one");
    Synod d = start(options("d", "d").setMembers(List.of("a", "b", "c", "d")));
    assertThatThrownBy(() -> await(d.ended()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("members: [a, b, c, d] here, [a, b, c] there");
    write(running.get(0), "two");
  }

  @Test
  void optionsThatLeaveNoQuorumOfFoundersAreRefused() {
    assertThatThrownBy(() -> options("a", "a").setFoundWithout(List.of("b", "c")).validate())
        .hasMessageContaining("foundWithout: expected that the other acceptors, ");
    assertThatThrownBy(() -> options("a", "a").setFoundWithout(List.of("x")).validate())
        .hasMessageContaining("foundWithout: expected names of members");
  }
}
