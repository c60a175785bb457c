package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.app.terminal.ExitCode;
import dev.synod.fuzzing.Ports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of whole processes when something is wrong: words, an exit code, no stack. */
class RefusalsIT {
  private final List<Proc> started = new ArrayList<>();

  @TempDir private Path directory;
  private int port;

  @BeforeEach
  void choosePort() {
    port = Ports.reserve(1).get(0);
  }

  @AfterEach
  void stop() {
    started.forEach(Proc::close);
  }

  private JsonObject one() throws IOException {
    JsonObject config = new JsonObject(Files.readString(Path.of("..", "..", "config", "one.json")));
    config.getJsonObject("web").put("port", port);
    return config;
  }

  private Proc node(String name, JsonObject config) throws IOException {
    Files.writeString(directory.resolve(name + ".json"), config.encodePrettily());
    return synod(name, "node", "--config", name + ".json");
  }

  private Proc synod(String name, String... args) throws IOException {
    Proc proc = Proc.start(directory, name, List.of(args));
    started.add(proc);
    return proc;
  }

  private Proc runningNode() throws IOException {
    Proc node = node("running", one());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> node.out().contains("member a") || !node.isAlive());
    assertThat(node.isAlive()).as(node.err()).isTrue();
    return node;
  }

  private String url() {
    return "http://127.0.0.1:" + port;
  }

  private static void refused(Proc proc, int exitCode, String... words)
      throws InterruptedException {
    assertThat(proc.end()).as(proc.err()).isEqualTo(exitCode);
    assertThat(proc.err()).contains(words).doesNotContain("\tat ", "at dev.synod");
    assertThat(proc.err().lines().filter(line -> line.startsWith("synod: "))).isNotEmpty();
  }

  @Test
  void aDataDirectoryOfAnotherMemberIsRefused() throws Exception {
    Proc first = runningNode();
    first.terminate();
    assertThat(first.end()).as(first.err()).isEqualTo(143);
    JsonObject other = one();
    other.getJsonObject("synod").put("member", "b").put("members", new JsonArray().add("b"));

    refused(node("other", other), ExitCode.CONFIGURATION, "data", "member");
  }

  @Test
  void aDataDirectoryInUseAndAPortInUseAreRefused() throws Exception {
    Proc first = runningNode();
    refused(node("same", one()), ExitCode.IO, "data");
    JsonObject elsewhere = one();
    elsewhere.getJsonObject("synod").put("dataDirectory", "data/elsewhere");
    refused(
        node("elsewhere", elsewhere),
        ExitCode.IO,
        "port " + port + " of 127.0.0.1 is in use by another process");

    assertThat(first.isAlive()).isTrue();
  }

  @Test
  void aClusterPortInUseIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      JsonObject config = one();
      config.put(
          "cluster",
          new JsonObject()
              .put("port", taken.getLocalPort())
              .put("members", new JsonArray().add("127.0.0.1:" + taken.getLocalPort())));

      refused(
          node("taken", config),
          ExitCode.IO,
          "cluster.port: port "
              + taken.getLocalPort()
              + " of 127.0.0.1 is in use by another process");
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsRefused() throws Exception {
    Files.writeString(directory.resolve("file"), "in the way");
    JsonObject config = one();
    config.getJsonObject("synod").put("dataDirectory", "file/data");
    JsonObject clustered = config.copy();
    int clusterPort = Ports.reserve(1).get(0);
    clustered.put(
        "cluster",
        new JsonObject()
            .put("port", clusterPort)
            .put("members", new JsonArray().add("127.0.0.1:" + clusterPort)));

    refused(node("unwritable", config), ExitCode.IO, "file/data");
    refused(node("clustered", clustered), ExitCode.IO, "file/data");
  }

  @Test
  void aConfigurationWithSeveralMistakesIsRefusedWithAllOfThem() throws Exception {
    JsonObject config = one();
    config
        .getJsonObject("synod")
        .put("members", new JsonArray().add("b").add("c"))
        .put("surprise", 1);
    config.getJsonObject("web").put("port", -1);

    refused(
        node("wrong", config),
        ExitCode.CONFIGURATION,
        "synod: wrong.json: synod.surprise: is not a field",
        "synod: wrong.json: web.port: expected a whole number from 0 to 65535, got -1");
  }

  @Test
  void aMemberListWithoutOneselfAndQuorumsThatDoNotMeetAreRefused() throws Exception {
    JsonObject stranger = one();
    stranger.getJsonObject("synod").put("members", new JsonArray().add("b"));
    JsonObject apart = one();
    apart
        .getJsonObject("synod")
        .put("members", new JsonArray().add("a").add("b").add("c"))
        .put("quorum", new JsonObject().put("rule", "counts").put("phase1", 1).put("phase2", 2));

    refused(
        node("stranger", stranger),
        ExitCode.CONFIGURATION,
        "synod.members: expected this member, \"a\", among them");
    refused(node("apart", apart), ExitCode.CONFIGURATION, "synod.quorum");
  }

  @Test
  void whatIsTooLargeOrNoLineIsRefusedAndTheRestIsKept() throws Exception {
    runningNode();
    Path keys = directory.resolve("keys.tsv");
    Path values = directory.resolve("values.tsv");
    Path lines = directory.resolve("lines.tsv");
    Files.writeString(keys, "k1\tkept\n" + "k".repeat(1025) + "\tv\n");
    Files.writeString(values, "k2\tkept\nlarge\t" + "v".repeat((1 << 20) + 1) + "\n");
    Files.writeString(lines, "k3\tkept\nno tab\n");

    refused(
        synod("keys", "load", "--url", url(), keys.toString()),
        ExitCode.DATA,
        "keys.tsv: line 2: key \"kkkk");
    refused(
        synod("values", "load", "--url", url(), values.toString()),
        ExitCode.DATA,
        "values.tsv: line 2: key \"large\"");
    refused(
        synod("lines", "load", "--url", url(), lines.toString()),
        ExitCode.DATA,
        "lines.tsv: line 2: expected key<TAB>value, but there is no TAB in it");
    for (String key : List.of("k1", "k2", "k3")) {
      Proc get = synod(key, "get", "--url", url(), key);
      assertThat(get.end()).as(get.err()).isZero();
      assertThat(get.out()).isEqualTo("kept");
    }
    refused(synod("absent", "get", "--url", url(), "large"), ExitCode.NOT_FOUND, "no such key");
  }
}
