package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing that was acknowledged is lost, whoever is killed: three processes, a load, a SIGKILL in
 * its midst, a restart; four times, or as often as {@code -Dsynod.kills=N} says.
 */
class KillMembersIT {
  private static final long ROUNDS = Long.getLong("synod.kills", 4);
  private static final int LINES = 2_000;
  private static final int KEYS = 1_500;
  private static final String MAP = "killed";

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @TempDir private Path directory;
  private Nodes nodes;

  @BeforeEach
  void start() throws IOException {
    nodes = Nodes.of(directory, "three", synod -> {});
    nodes.startAll();
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  @Test
  void everyAcknowledgedKeyHasItsValueOnEveryMemberWhoeverIsKilled() throws Exception {
    Map<String, String> expected = new HashMap<>();
    Proc watch =
        Proc.start(
            directory,
            "watch",
            List.of("watch", "--map", MAP, "--from", "0", "--url", String.join(",", nodes.urls())));
    for (int round = 1; round <= ROUNDS; round++) {
      String killed = nodes.members().get(random.nextInt(nodes.members().size()));
      int at = 1 + random.nextInt(LINES * 3 / 4);
      String what = "seed %d, round %d, %s killed at line %d".formatted(seed, round, killed, at);
      Path acks = directory.resolve("acks-" + round);
      Path input = write(round, expected);
      StringWriter errors = new StringWriter();
      CompletableFuture<Integer> load =
          CompletableFuture.supplyAsync(() -> load(input, acks, errors));
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> load.isDone() || lines(acks).size() >= at);
      nodes.node(killed).kill();
      if (random.nextBoolean()) {
        // Sometimes it comes back while its place is still warm, sometimes after the load.
        load.join();
      }
      nodes.start(killed);

      assertThat(load.get(90, TimeUnit.SECONDS)).as("%s: %s", what, errors).isZero();
      assertThat(lines(acks)).as(what).hasSize(LINES);
      nodes.awaitAlike();
      for (String url : nodes.urls()) {
        assertThat(nodes.entries(url, MAP)).as("%s, at %s", what, url).isEqualTo(expected);
      }
      nodes.awaitSameState(what);
    }
    assertEveryChangeIsSeenOnce(watch, expected);
    for (String member : nodes.members()) {
      assertThat(nodes.node(member).err()).doesNotContain("at dev.synod");
    }
  }

  /** Whoever watched from the beginning, across all members that were lost meanwhile. */
  private void assertEveryChangeIsSeenOnce(Proc watch, Map<String, String> expected) {
    try (watch) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> watch.out().lines().count() >= ROUNDS * LINES);
      Map<String, String> seen = new HashMap<>();
      long version = 0;
      for (String line : watch.out().lines().toList()) {
        JsonObject change = new JsonObject(line);
        assertThat(change.getLong("version")).as(line).isGreaterThan(version);
        version = change.getLong("version");
        seen.put(change.getString("key"), change.getString("value"));
      }
      assertThat(watch.out().lines()).as("seed %d", seed).hasSize((int) ROUNDS * LINES);
      assertThat(seen).isEqualTo(expected);
    }
  }

  /** Some keys stand there twice: their last line must win. */
  private Path write(int round, Map<String, String> expected) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < LINES; line++) {
      String key = "key/" + (line < KEYS ? line : random.nextInt(KEYS));
      String value = "round " + round + " line " + line;
      expected.put(key, value);
      text.append(key).append('\t').append(value).append('\n');
    }
    return Files.writeString(directory.resolve("input-" + round), text);
  }

  private int load(Path input, Path acks, StringWriter errors) {
    List<String> args =
        Stream.of(
                "load --in-flight 32 --map " + MAP + " --out " + acks + " --url",
                String.join(",", nodes.urls()),
                input.toString())
            .flatMap(words -> Stream.of(words.split(" ")))
            .toList();
    return Main.run(args.toArray(new String[0]), new PrintWriter(errors, true));
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
