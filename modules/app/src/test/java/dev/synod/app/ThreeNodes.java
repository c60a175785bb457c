package dev.synod.app;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Three processes from {@code config/three}, on ports of their own. */
final class ThreeNodes implements AutoCloseable {
  static final List<String> MEMBERS = List.of("a", "b", "c");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final List<Integer> cluster;
  private final List<Integer> web;
  private final Map<String, Proc> running = new LinkedHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  ThreeNodes(Path directory) throws IOException {
    this.directory = directory;
    List<Integer> ports = Ports.free(6);
    this.cluster = ports.subList(0, 3);
    this.web = ports.subList(3, 6);
    for (int i = 0; i < MEMBERS.size(); i++) {
      configure(i);
    }
  }

  private void configure(int i) throws IOException {
    String name = MEMBERS.get(i) + ".json";
    JsonObject config =
        new JsonObject(Files.readString(Path.of("..", "..", "config", "three", name)));
    config
        .getJsonObject("cluster")
        .put("port", cluster.get(i))
        .put("members", cluster.stream().map(port -> "127.0.0.1:" + port).toList());
    config
        .getJsonObject("web")
        .put("port", web.get(i))
        .put("peers", urls().stream().filter(url -> !url.equals(urls().get(i))).toList());
    Files.writeString(directory.resolve(name), config.encodePrettily());
  }

  List<String> urls() {
    return web.stream().map(port -> "http://127.0.0.1:" + port).toList();
  }

  /** Starts a member, without waiting for it. */
  void start(String member) throws IOException {
    running.put(
        member, Proc.start(directory, member, List.of("node", "--config", member + ".json")));
  }

  void startAll() throws IOException {
    for (String member : MEMBERS) {
      start(member);
    }
    awaitAlike();
  }

  Proc node(String member) {
    Proc node = running.get(member);
    if (node == null) {
      throw new IllegalArgumentException(member + " was never started");
    }
    return node;
  }

  /** Waits until all three answer, follow one leader, and have applied the same log. */
  JsonObject awaitAlike() {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(this::alike, status -> !status.isEmpty());
  }

  private JsonObject alike() throws IOException, InterruptedException {
    JsonObject first = new JsonObject();
    for (String url : urls()) {
      JsonObject status = getJson(url + "/api/v1/status");
      if (first.isEmpty()) {
        first = status;
      }
      if (!status.getBoolean("canCommit")
          || status.getString("leader") == null
          || !status.getString("leader").equals(first.getString("leader"))
          || status.getJsonArray("reachable").size() < MEMBERS.size()
          || !status.getLong("applied").equals(first.getLong("applied"))) {
        return new JsonObject();
      }
    }
    return first;
  }

  JsonObject status(String url) throws IOException, InterruptedException {
    return getJson(url + "/api/v1/status");
  }

  /** All of a map, as this member has applied it. */
  Map<String, String> entries(String url, String map) throws IOException, InterruptedException {
    Map<String, String> entries = new TreeMap<>();
    String after = "";
    while (true) {
      JsonObject page =
          getJson(
              url
                  + "/api/v1/maps/"
                  + map
                  + "?level=local&limit=1000"
                  + (after.isEmpty()
                      ? ""
                      : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8)));
      for (Object entry : page.getJsonArray("entries", new JsonArray())) {
        JsonObject one = (JsonObject) entry;
        entries.put(one.getString("key"), one.getString("value"));
      }
      if (!page.containsKey("next")) {
        return entries;
      }
      after = page.getString("next");
    }
  }

  private JsonObject getJson(String url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(url + ": " + response.statusCode() + " " + response.body());
    }
    return new JsonObject(response.body());
  }

  @Override
  public void close() {
    running.values().forEach(Proc::close);
  }
}
