package dev.synod.app.torture;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks all members how they are, over and over: who leads, whether any two differ after the same
 * slot, whether all have found each other again.
 */
final class Observer implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long PAUSE_MILLIS = 250;

  private final Group group;
  private final Diary diary;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /** The hash of the state after each slot at which somebody was met. */
  private final Map<Long, String> hashes = new ConcurrentHashMap<>();

  private volatile String leader = "nobody";
  private final AtomicInteger leaders = new AtomicInteger();
  private long highest = -1;
  private volatile boolean stopped;

  Observer(Group group, Diary diary) {
    this.group = group;
    this.diary = diary;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        look();
        group.checkAlive();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException broken) {
      diary.wrong("the observer broke: " + broken);
    }
  }

  void stop() {
    stopped = true;
  }

  /** Who led last, with its ballot. */
  String leader() {
    return leader;
  }

  /** How many leaderships there were. */
  int leaders() {
    return leaders.get();
  }

  /** What each member says of itself; null of whoever does not answer. */
  synchronized List<@Nullable JsonObject> look() throws InterruptedException {
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (String url : group.urls()) {
      asked.add(
          http.sendAsync(
              HttpRequest.newBuilder(URI.create(url + "/api/v1/status")).timeout(PATIENCE).build(),
              BodyHandlers.ofString()));
    }
    List<@Nullable JsonObject> all = new ArrayList<>();
    for (var one : asked) {
      JsonObject status = null;
      try {
        HttpResponse<String> response = one.get();
        status = response.statusCode() == 200 ? new JsonObject(response.body()) : null;
      } catch (ExecutionException | DecodeException silent) {
        // Killed, paused or starting.
      }
      all.add(status);
      if (status != null) {
        compare(status);
      }
    }
    return all;
  }

  private void compare(JsonObject status) {
    String hash = String.valueOf(status.getString("hash"));
    String other = hashes.putIfAbsent(status.getLong("applied"), hash);
    if (other != null && !other.equals(hash)) {
      diary.wrong(
          "member %s has the hash %s after slot %d, and another member had %s"
              .formatted(status.getString("member"), hash, status.getLong("applied"), other));
    }
    String ballot = status.getString("ballot", "");
    if ("leading".equals(status.getString("state")) && ballot.matches("[0-9]+\\..*")) {
      long round = Long.parseLong(ballot.substring(0, ballot.indexOf('.')));
      if (round > highest) {
        highest = round;
        leaders.incrementAndGet();
        leader = ballot;
        diary.note("leads: " + ballot);
      }
    }
  }

  /**
   * What is still amiss when nothing is wrong any more; empty if all members answer, follow one
   * leader that hears all of them, have applied slot {@code least}, and decide what they are asked.
   */
  String ails(long least) throws InterruptedException {
    List<@Nullable JsonObject> all = look();
    @Nullable String one = null;
    for (int i = 0; i < all.size(); i++) {
      JsonObject status = all.get(i);
      String name = group.name(i);
      if (status == null) {
        return name + " does not answer";
      }
      String leads = status.getString("leader");
      if (leads == null) {
        return name + " knows no leader";
      } else if (one != null && !one.equals(leads)) {
        return "%s follows %s, and another follows %s".formatted(name, leads, one);
      } else if (!status.getBoolean("canCommit") || !status.getBoolean("canElect")) {
        return name + " says: " + status.getString("summary");
      } else if (status.getJsonArray("reachable").size() < group.size()) {
        return name + " reaches only " + status.getJsonArray("reachable");
      } else if (status.getLong("applied") < least) {
        return "%s has applied %d, and %d is chosen"
            .formatted(name, status.getLong("applied"), least);
      }
      one = leads;
    }
    for (String url : group.urls()) {
      try {
        HttpResponse<String> response =
            http.send(
                HttpRequest.newBuilder(URI.create(url + "/api/v1/maps/probe/key"))
                    .timeout(Duration.ofSeconds(3))
                    .PUT(BodyPublishers.ofString("value"))
                    .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
          return "a write at " + url + " ends as " + response.statusCode() + " " + response.body();
        }
      } catch (IOException e) {
        return "a write at " + url + " ends as " + e;
      }
    }
    return "";
  }

  /** Asks a member to hand leadership to another; whatever the answer is, it is not waited for. */
  void transfer(int asked, String successor) {
    var unused =
        http.sendAsync(
            HttpRequest.newBuilder(URI.create(group.urls().get(asked) + "/api/v1/leader"))
                .timeout(Duration.ofSeconds(10))
                .PUT(BodyPublishers.ofString(new JsonObject().put("member", successor).encode()))
                .build(),
            BodyHandlers.ofString());
  }

  /**
   * Who does not answer, knows no leader, or is not heard by the leader; all if nobody stands out.
   */
  Set<Integer> outOfReach() throws InterruptedException {
    List<@Nullable JsonObject> all = look();
    Set<Integer> members = new TreeSet<>();
    for (int i = 0; i < all.size(); i++) {
      JsonObject status = all.get(i);
      if (status == null || status.getString("leader") == null) {
        members.add(i);
        continue;
      }
      for (int other = 0; other < all.size(); other++) {
        if (!status.getJsonArray("reachable").contains(group.name(other))) {
          members.add(other);
        }
      }
    }
    return members.isEmpty() ? Set.copyOf(group.members().boxed().toList()) : members;
  }

  /** The highest slot that anybody knows chosen. */
  long chosen() throws InterruptedException {
    long most = 0;
    for (JsonObject status : look()) {
      most = status == null ? most : Math.max(most, status.getLong("chosen"));
    }
    return most;
  }

  /** Null if all members are after the same slot with the same hash, else how they differ. */
  @Nullable String differ() throws InterruptedException {
    List<String> states = new ArrayList<>();
    for (JsonObject status : look()) {
      states.add(status == null ? "?" : status.getLong("applied") + " " + status.getString("hash"));
    }
    return new HashSet<>(states).size() == 1 ? null : states.toString();
  }

  /** All of a map, as this member has applied it: values with their versions. */
  Map<String, String> entries(String url) throws IOException, InterruptedException {
    Map<String, String> entries = new TreeMap<>();
    String after = "";
    while (true) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "%s/api/v1/maps/%s?level=local&limit=1000%s"
                              .formatted(
                                  url,
                                  Client.MAP,
                                  after.isEmpty()
                                      ? ""
                                      : "&after="
                                          + URLEncoder.encode(after, StandardCharsets.UTF_8))))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(url + ": " + response.statusCode() + " " + response.body());
      }
      JsonObject page = new JsonObject(response.body());
      for (Object entry : page.getJsonArray("entries", new JsonArray())) {
        JsonObject one = (JsonObject) entry;
        entries.put(one.getString("key"), one.getString("value") + " " + one.getLong("version"));
      }
      if (!page.containsKey("next")) {
        return entries;
      }
      after = page.getString("next");
    }
  }
}
