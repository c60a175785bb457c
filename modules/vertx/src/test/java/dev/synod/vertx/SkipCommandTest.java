package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that ends with an error at every member, and the way past it. */
class SkipCommandTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final Pattern PLACE = Pattern.compile("command (\\d+) of slot (\\d+)");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private SynodOptions options(String member) {
    return new SynodOptions()
        .setMember(member)
        .setMembers(NAMES)
        .setDurability(Durability.PAGE_CACHE)
        .setDataDirectory(directory.resolve(member).toString());
  }

  private Group group() {
    SynodOptions template = new SynodOptions().setDurability(Durability.PAGE_CACHE);
    return Group.local(vertx, directory, template, "a", "b", "c");
  }

  /** Stops all members by one command, and returns the reason that the first one gives. */
  private String broken() {
    Group group = group().start();
    await(group.write("a", "one"));
    assertThatThrownBy(() -> await(group.write("a", "break")));
    // The last member has no quorum any more, and stops at the command only when others return.
    await().until(() -> stopped(group).size() >= 2);
    String reason = group.status(stopped(group).get(0)).summary();
    group.close();
    return reason;
  }

  private static List<String> stopped(Group group) {
    return NAMES.stream().filter(name -> group.status(name).state().equals("stopped")).toList();
  }

  private String skip(String member, long slot, int command) {
    return Synod.skipCommand(options(member), Map.of("ledger", new Ledger()), slot, command);
  }

  @Test
  void aCommandThatStopsEveryMemberIsNamedAndSkippedByTheSameActAtEach() {
    String reason = broken();
    assertThat(reason)
        .contains("'ledger'", "the ledger is torn", "skip-command")
        .doesNotContain("internal invariant");
    Matcher place = PLACE.matcher(reason);
    assertThat(place.find()).isTrue();
    int command = Integer.parseInt(place.group(1));
    long slot = Long.parseLong(place.group(2));

    String stops =
        NAMES.stream().filter(name -> reason.contains("member " + name)).findFirst().orElseThrow();
    assertThatThrownBy(() -> group().start(stops))
        .isInstanceOf(SynodException.Closed.class)
        .hasMessageContaining(place.group());
    assertThatThrownBy(() -> skip(stops, slot, command + 1))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("nothing was done", place.group());
    assertThatThrownBy(() -> skip(stops, slot + 1_000, command))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nothing was done");

    for (String name : NAMES) {
      assertThat(skip(name, slot, command)).contains(place.group());
    }
    assertThatThrownBy(() -> skip(stops, slot, command))
        .as("the member does not stop any more")
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("start it");

    try (Group again = group().start()) {
      await(again.write("b", "two"));
      for (String name : NAMES) {
        assertThat(again.read(name, ReadLevel.LINEARIZABLE)).isEqualTo("one,two");
      }
    }
  }
}
