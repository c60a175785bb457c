package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.app.client.LoadInput;
import dev.synod.app.client.SseReader;
import dev.synod.app.node.ClusterOptions;
import dev.synod.app.node.NodeOptions;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** What the commands are given to read, by hand or by another program. */
class FilesFuzzTest {
  @TempDir static Path directory;

  static Stream<byte[]> nodes() {
    String synod = "\"synod\":{\"member\":\"a\",\"members\":[\"a\",\"b\",\"c\"]}";
    return Seeds.texts(
        "{\"synod\":{\"member\":\"a\",\"members\":[\"a\"]}}",
        "{"
            + synod
            + ",\"cluster\":{\"name\":\"n\",\"host\":\"h\",\"port\":5701,\"eventBusPort\":15701,"
            + "\"members\":[\"h:5701\",\"i:5701\"]},\"web\":{\"host\":\"0.0.0.0\",\"port\":8080,"
            + "\"peers\":[\"http://i:8080\"],\"token\":\"t\",\"socketBudgetBytes\":65536,"
            + "\"maxFrameBytes\":65536,\"maxSockets\":10,\"lagWait\":1,\"markInterval\":10,"
            + "\"idleTimeout\":1000}}",
        "{\"synod\":" + "{\"quorum\":".repeat(400) + "1" + "}".repeat(400) + "}",
        "{" + synod + ",\"cluster\":{\"members\":[\"127.0.0.1:5701\"]}}");
  }

  @MethodSource("nodes")
  @FuzzTest
  void aNodesFileIsOptionsOrTheErrorNamesItAndWhatWasExpected(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("node.json"), bytes);
    NodeOptions options;
    try {
      options = Harmless.read(bytes.length, () -> NodeOptions.read(file));
    } catch (ConfigurationException named) {
      assertThat(named.problems()).isNotEmpty();
      assertThat(named.problems()).allSatisfy(problem -> assertThat(problem).contains("node.json"));
      return;
    }
    JsonObject json =
        new JsonObject().put("synod", options.synod().toJson()).put("web", options.web().toJson());
    ClusterOptions cluster = options.cluster();
    if (cluster != null) {
      json.put(
          "cluster",
          new JsonObject()
              .put("name", cluster.name())
              .put("host", cluster.host())
              .put("port", cluster.port())
              .put("eventBusPort", cluster.eventBusPort())
              .put("members", cluster.members()));
    }
    NodeOptions again = NodeOptions.read(json);
    assertThat(again.synod().toJson()).isEqualTo(options.synod().toJson());
    assertThat(again.web().toJson()).isEqualTo(options.web().toJson());
    assertThat(again.cluster()).isEqualTo(cluster);
  }

  static Stream<byte[]> lines() {
    return Seeds.texts("key\tvalue\nk\t\r\nµ\ta\tb\r\nlast\tone", "\t", "k\t\r");
  }

  @MethodSource("lines")
  @FuzzTest
  void aFileToLoadIsLinesOrTheErrorNamesTheLine(byte[] bytes) throws IOException {
    List<LoadInput.Line> lines = new ArrayList<>();
    try {
      Harmless.read(
          bytes.length,
          () -> {
            lines.clear();
            try (LoadInput input = new LoadInput("load.tsv", new ByteArrayInputStream(bytes))) {
              for (LoadInput.Line line = input.next(); line != null; line = input.next()) {
                lines.add(line);
              }
              return input;
            }
          });
    } catch (CommandFailure named) {
      assertThat(named.message()).matches("(?s)load\\.tsv: line [0-9]+: expected .+");
    }
    Buffer written = Buffer.buffer();
    lines.forEach(
        line ->
            written.appendString(line.key()).appendByte((byte) '\t').appendBuffer(line.value()));
    assertThat(written.length()).isLessThanOrEqualTo(bytes.length);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i).number()).isEqualTo(i + 1);
      assertThat(lines.get(i).key()).isNotEmpty();
    }
  }

  static Stream<byte[]> events() {
    return Seeds.texts(
        "event: change\nid: 17\ndata: {\"a\":1}\ndata: more\n\n:comment\n\ndata\n\n");
  }

  /** However the stream is cut into pieces, it is the same events. */
  @MethodSource("events")
  @FuzzTest
  void aStreamOfEventsIsTheSameInOnePieceAndInMany(byte[] bytes) {
    assertThat(Harmless.read(bytes.length, () -> events(bytes, bytes.length)))
        .isEqualTo(events(bytes, 3));
  }

  private static List<String> events(byte[] bytes, int piece) {
    List<String> events = new ArrayList<>();
    SseReader reader = new SseReader((name, id, data) -> events.add(name + "|" + id + "|" + data));
    for (int at = 0; at < bytes.length; at += piece) {
      reader.handle(Buffer.buffer().appendBytes(bytes, at, Math.min(piece, bytes.length - at)));
    }
    return events;
  }
}
