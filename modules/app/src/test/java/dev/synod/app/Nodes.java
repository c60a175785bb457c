package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.fuzzing.Ports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Processes of a group in {@code config}, on ports of their own. */
final class Nodes implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Where a member is. */
  private record Place(int cluster, int web) {
    static Place free() {
      List<Integer> ports = Ports.reserve(2);
      return new Place(ports.get(0), ports.get(1));
    }

    String address() {
      return "127.0.0.1:" + cluster;
    }

    String url() {
      return "http://127.0.0.1:" + web;
    }
  }

  private final Path directory;

  /** Those that are in the group now. */
  private final Map<String, Place> places = new LinkedHashMap<>();

  private final Map<String, Proc> running = new LinkedHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private Nodes(Path directory) {
    this.directory = directory;
  }

  /**
   * Those of that group's configuration; none is started.
   *
   * @param change what each is told otherwise, in the part {@code synod}
   */
  static Nodes of(Path directory, String group, Consumer<JsonObject> change) throws IOException {
    Nodes nodes = new Nodes(directory);
    Map<String, JsonObject> configs = new TreeMap<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("..", "..", "config", group))) {
      for (Path file : files) {
        JsonObject config = new JsonObject(Files.readString(file));
        change.accept(config.getJsonObject("synod"));
        String member = config.getJsonObject("synod").getString("member");
        configs.put(member, config);
        nodes.places.put(member, Place.free());
      }
    }
    for (Map.Entry<String, JsonObject> config : configs.entrySet()) {
      nodes.write(config.getKey(), config.getValue());
    }
    return nodes;
  }

  private void write(String member, JsonObject config) throws IOException {
    Place own = place(member);
    config
        .getJsonObject("cluster")
        .put("port", own.cluster())
        .put("members", places.values().stream().map(Place::address).toList());
    config
        .getJsonObject("web")
        .put("port", own.web())
        .put("peers", urls().stream().filter(url -> !url.equals(own.url())).toList());
    Files.writeString(file(member), config.encodePrettily());
  }

  private Path file(String member) {
    return directory.resolve(member + ".json");
  }

  private Place place(String member) {
    Place place = places.get(member);
    if (place == null) {
      throw new IllegalArgumentException(member + " is not in the group");
    }
    return place;
  }

  /** Starts a new member that learns until somebody adds it. */
  void join(String member) throws IOException {
    List<String> contacts = members();
    JsonObject config = new JsonObject(Files.readString(file(contacts.get(0))));
    places.put(member, Place.free());
    JsonObject synod = config.getJsonObject("synod");
    synod.remove("quorum");
    synod
        .put("member", member)
        .put("members", contacts)
        .put("join", true)
        .put("dataDirectory", "data/joined/" + member);
    write(member, config);
    start(member);
  }

  /** That one is not in the group any more. */
  void left(String member) {
    places.remove(member);
  }

  List<String> members() {
    return List.copyOf(places.keySet());
  }

  String url(String member) {
    return place(member).url();
  }

  List<String> urls() {
    return places.values().stream().map(Place::url).toList();
  }

  /** Starts a member, without waiting for it. */
  void start(String member) throws IOException {
    start(member, List.of());
  }

  /** The same, with these options of the virtual machine besides. */
  void start(String member, List<String> jvm) throws IOException {
    List<String> options = new ArrayList<>(List.of("-Xmx256m"));
    options.addAll(jvm);
    List<String> args = List.of("node", "--config", member + ".json");
    running.put(member, Proc.start(directory, member, List.of(), options, args));
  }

  void startAll() throws IOException {
    for (String member : members()) {
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

  /** Waits until all answer, follow one leader, and have applied the same log. */
  JsonObject awaitAlike() {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(this::alike, status -> !status.isEmpty());
  }

  /**
   * Waits until all members show the same hash of the same slot. A session that is kept alive may
   * be decided between two looks, so one difference says nothing.
   */
  void awaitSameState(String what) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions() // a member on a busy machine may answer too late
        .untilAsserted(
            () -> {
              List<String> states = new ArrayList<>();
              for (String url : urls()) {
                JsonObject status = status(url);
                states.add(status.getLong("applied") + " " + status.getString("hash"));
              }
              assertThat(states.stream().distinct()).as("%s: %s", what, states).hasSize(1);
            });
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
          || status.getJsonArray("reachable").size() < places.size()
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
