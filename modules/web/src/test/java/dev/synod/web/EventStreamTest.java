package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.HistoryLimits;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod =
      new ScriptedSynod(vertx, new HistoryLimits(1000, 64 << 20, 64 << 20));
  private final HttpClient http = HttpClient.newHttpClient();
  private final SynodWeb web =
      await(
          SynodWeb.create(
                  vertx,
                  synod,
                  new WebOptions()
                      .setPort(0)
                      .setSocketBudgetBytes(16 << 10)
                      .setMarkInterval(50)
                      .setLagWait(100))
              .listen());
  private final ReplicatedMap<Buffer> map = ReplicatedMap.of(synod, "m", Buffer.class);

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private HttpResponse<InputStream> watch(String query, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + web.actualPort() + "/api/v1/maps/m/watch" + query));
    return http.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofInputStream());
  }

  /** The next event: its fields by name, {@code data} as it stands. */
  private static Map<String, String> event(BufferedReader reader) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    String line = reader.readLine();
    while (line != null && (!line.isEmpty() || fields.isEmpty())) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 2));
      }
      line = reader.readLine();
    }
    return fields;
  }

  private static BufferedReader reader(HttpResponse<InputStream> stream) {
    return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
  }

  @Test
  void aMapIsWatchedAndTheLastIdResumesIt() throws Exception {
    await(map.put("a", Buffer.buffer("1")));
    HttpResponse<InputStream> stream = watch("");
    assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    String lastId;
    try (BufferedReader reader = reader(stream)) {
      assertThat(event(reader).get("event")).isEqualTo("ok");
      Map<String, String> snap = event(reader);
      assertThat(snap).containsEntry("event", "snap").containsEntry("id", id(1));
      await(map.put("b", Buffer.buffer("2")));
      Map<String, String> chg = event(reader);
      assertThat(chg).containsEntry("event", "chg").containsEntry("id", id(2));
      assertThat(new JsonObject(chg.get("data")).getJsonArray("ops").getJsonObject(0))
          .isEqualTo(new JsonObject().put("key", "b").put("value", "2").put("version", 2));
      await(ReplicatedMap.of(synod, "x", Buffer.class).put("b", Buffer.buffer("2")));
      Map<String, String> mark = event(reader);
      assertThat(mark).containsEntry("event", "mark").containsEntry("id", id(3));
      lastId = String.valueOf(mark.get("id"));
    }
    await().until(() -> streams() == 0);
    await(map.put("c", Buffer.buffer("3")));
    try (BufferedReader reader = reader(watch("?from=1", "Last-Event-ID", lastId))) {
      assertThat(event(reader).get("data")).contains("\"mode\":\"resumed\"");
      assertThat(event(reader)).containsEntry("event", "chg").containsEntry("id", id(4));
    }
  }

  /** The position of an event: the history of the group, and the slot. */
  private static String id(long slot) {
    return "00000000000000aa-" + slot;
  }

  @Test
  void aPositionOfAnotherHistoryGetsASnapshotWithItsReason() throws Exception {
    await(map.put("a", Buffer.buffer("1")));
    await(map.put("b", Buffer.buffer("2")));
    for (String old : List.of("00000000000000bb-1", "00000000000000bb-9", "1")) {
      try (BufferedReader reader = reader(watch("", "Last-Event-ID", old))) {
        assertThat(event(reader).get("data"))
            .as(old)
            .contains("\"mode\":\"snapshot\"", "\"reason\":\"another-history\"");
        assertThat(event(reader)).containsEntry("event", "snap").containsEntry("id", id(2));
      }
    }
    try (BufferedReader reader = reader(watch("?from=" + id(1)))) {
      assertThat(event(reader).get("data")).contains("\"mode\":\"resumed\"");
    }
    assertThat(watch("?from=00000000000000bb-").statusCode()).isEqualTo(400);
  }

  @Test
  void aMemberWithoutAGroupHasNoHistoryToWatch() throws Exception {
    synod.identify("");
    for (String from : List.of("", "?from=0", "?from=9", "?from=" + id(1))) {
      HttpResponse<InputStream> answer = watch(from);
      assertThat(answer.statusCode()).as(from).isEqualTo(503);
      assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
          .contains("/problems/lagging", "belongs to no group yet");
    }
    assertThat(watch("", "Last-Event-ID", id(1)).statusCode()).isEqualTo(503);
  }

  private int streams() throws Exception {
    return new JsonObject(status()).getInteger("streams");
  }

  private String status() throws Exception {
    String body =
        http.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + web.actualPort() + "/api/v1/status"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    return new JsonObject(body).getJsonObject("web").getJsonObject("subscribers").encode();
  }

  @Test
  void aNodeThatIsBehindSaysSoAsAProblem() throws Exception {
    HttpResponse<InputStream> answer = watch("?from=7");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
        .contains("/problems/lagging", "the reader has seen slot 7, but this node is at 0");
    assertThat(streams()).isZero();
  }

  @Test
  void aReaderThatIsSlowLosesNothing() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(8 << 10);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), web.actualPort()));
      socket
          .getOutputStream()
          .write(
              "GET /api/v1/maps/m/watch HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> ids = new ArrayList<>();
      readUntil(reader, "id: " + id(0), ids);
      // More than the buffers of the network hold.
      for (int i = 1; i <= 400; i++) {
        await(map.put("k" + i % 10, Buffer.buffer("x".repeat(40_000))));
      }
      await().until(() -> web.stats().slow() > 0);
      // Just then it may hold nothing: what is late is read from the history, and not queued.
      assertThat(web.stats().heldBytes()).isLessThan(100_000L);
      readUntil(reader, "id: " + id(400), ids);
      assertThat(ids)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(0, 400).mapToObj(slot -> "id: " + id(slot)).toList());
    }
  }

  private static void readUntil(BufferedReader reader, String last, List<String> ids)
      throws IOException {
    while (!ids.contains(last)) {
      String line = String.valueOf(reader.readLine());
      if (line.startsWith("id: ")) {
        ids.add(line);
      }
    }
  }
}
