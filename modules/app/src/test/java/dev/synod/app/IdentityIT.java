package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.app.terminal.ExitCode;
import dev.synod.fuzzing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a process that runs under a name it has no right to. */
class IdentityIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final List<Proc> started = new ArrayList<>();
  private Nodes nodes;

  @BeforeEach
  void start() throws Exception {
    nodes = Nodes.of(directory, "three", synod -> {});
    nodes.startAll();
    Proc put = run("put", "put", "k", "v", "--url", nodes.url("a"));
    assertThat(put.end()).as(put.err()).isZero();
    nodes.awaitAlike();
  }

  @AfterEach
  void stop() {
    started.forEach(Proc::close);
    nodes.close();
  }

  private Proc run(String name, String... args) throws IOException {
    Proc proc = Proc.start(directory, name, List.of(args));
    started.add(proc);
    return proc;
  }

  private Path data(String member) {
    return directory.resolve("data").resolve("three").resolve(member);
  }

  private void copy(String from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(data(from))) {
      for (Path file : files.toList()) {
        Files.copy(file, data(to).resolve(data(from).relativize(file).toString()));
      }
    }
  }

  private static void refused(Proc proc, String... words) throws InterruptedException {
    assertThat(proc.end()).as(proc.err()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(proc.err()).contains(words).doesNotContain("\tat ");
  }

  @Test
  void aMemberWhoseDirectoryIsLostAndACopyOnAnotherHostAreRefusedAndTheGroupGoesOn()
      throws Exception {
    nodes.node("c").kill();
    Files.move(data("c"), data("aside"));
    nodes.start("c");
    refused(nodes.node("c"), "synod: member c", "another data directory under its name");
    nodes.start("c");
    refused(nodes.node("c"), "synod: member c", "may not take part");

    Files.move(data("c"), data("empty"));
    Files.move(data("aside"), data("c"));
    nodes.start("c");
    nodes.awaitAlike();

    copy("c", "copy");
    JsonObject config = new JsonObject(Files.readString(directory.resolve("c.json")));
    List<Integer> ports = Ports.reserve(2);
    config.getJsonObject("synod").put("dataDirectory", "data/three/copy");
    JsonObject cluster = config.getJsonObject("cluster").put("port", ports.get(0));
    cluster.getJsonArray("members").add("127.0.0.1:" + ports.get(0));
    config.getJsonObject("web").put("port", ports.get(1));
    Files.writeString(directory.resolve("copy.json"), config.encodePrettily());
    refused(run("copy", "node", "--config", "copy.json"), "synod: member c", "Delete this copy");
    assertThat(nodes.node("c").isAlive()).isTrue();
    nodes.awaitAlike();
  }

  @Test
  void membersThatComeBackAfterAForcedConfigurationAreRefused() throws Exception {
    for (String member : nodes.members()) {
      nodes.node(member).kill();
    }
    Proc forced =
        run(
            "force",
            "force-config",
            "--config",
            "c.json",
            "--words",
            "the others are lost for ever");
    assertThat(forced.end()).as(forced.err()).isZero();
    assertThat(forced.out()).contains("The former members [a, b] are fenced off");
    nodes.start("c");
    nodes.start("a");
    refused(nodes.node("a"), "synod: member a", "forced without it", "Do not start it again");
    nodes.start("a");
    refused(nodes.node("a"), "synod: member a", "may not take part");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> nodes.status(nodes.url("c")).getBoolean("canCommit"));
    Proc get = run("get", "get", "k", "--url", nodes.url("c"));
    assertThat(get.end()).as(get.err()).isZero();
    assertThat(get.out()).contains("v");
  }
}
