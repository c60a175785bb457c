package dev.synod.app.torture;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows the map from the first slot on by server-sent events, at whichever member answers, and
 * checks that each change comes once and in order.
 */
final class Watcher implements Runnable {
  private static final int CONNECT_MILLIS = 1_000;

  /** Marks come every second while there is a leader. */
  private static final int SILENCE_MILLIS = 4_000;

  private static final long PAUSE_MILLIS = 200;

  private final String name;
  private final List<String> urls;
  private final Diary diary;
  private int at;

  private long position;

  /** Id of the last event; empty before the first. Used by the thread of the watcher only. */
  private String lastId = "";

  private long version;
  private final Set<String> values = new HashSet<>();
  private final Map<String, String> state = new TreeMap<>();

  /** What each version was, so that two watchers can be compared. */
  private final Map<Long, String> changes = new HashMap<>();

  private int connections;
  private volatile boolean stopped;

  Watcher(String name, int at, List<String> urls, Diary diary) {
    this.name = name;
    this.at = at;
    this.urls = urls;
    this.diary = diary;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        try {
          follow();
        } catch (IOException | DecodeException lost) {
          // Half an event does not count: it comes again.
        }
        at = (at + 1) % urls.size();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      diary.wrong("watcher " + name + " broke: " + broken);
    }
  }

  void stop() {
    stopped = true;
  }

  private void follow() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(urls.get(at) + "/api/v1/maps/" + Client.MAP + "/watch?from=" + position())
                .toURL()
                .openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(SILENCE_MILLIS);
    String id = lastId;
    if (!id.isEmpty()) {
      connection.setRequestProperty("Last-Event-ID", id);
    }
    try {
      if (connection.getResponseCode() != 200) {
        return;
      }
      synchronized (this) {
        connections++;
      }
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      String type = "";
      String data = "";
      for (String line = lines.readLine(); line != null && !stopped; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          type = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          data = line.substring("data: ".length());
        } else if (line.startsWith("id: ")) {
          lastId = line.substring("id: ".length());
        } else if (line.isEmpty() && !data.isEmpty()) {
          event(type, new JsonObject(data));
          data = "";
        }
      }
    } finally {
      connection.disconnect();
    }
  }

  private synchronized void event(String type, JsonObject data) {
    switch (type) {
      case "ok" -> {
        if (!"resumed".equals(data.getString("mode"))) {
          diary.wrong(
              "watcher %s was given a snapshot instead of what came after slot %d: %s"
                  .formatted(name, position, data));
        }
      }
      case "chg", "mark" -> {
        long index = data.getLong("index");
        if (data.getLong("prev") > position) {
          diary.wrong(
              "watcher %s stands at slot %d, and misses what came before %s"
                  .formatted(name, position, data));
        } else if (index <= position && type.equals("chg")) {
          diary.wrong("watcher %s is told at slot %d again: %s".formatted(name, position, data));
        }
        for (Object op : data.getJsonArray("ops", new JsonArray())) {
          change((JsonObject) op);
        }
        position = Math.max(position, index);
      }
      case "no" -> diary.note("watcher " + name + " is refused: " + data);
      default -> diary.wrong("watcher %s got an event %s %s".formatted(name, type, data));
    }
  }

  private void change(JsonObject op) {
    String key = op.getString("key");
    @Nullable String value = op.getString("value");
    long at = op.getLong("version");
    if (at <= version) {
      diary.wrong("watcher %s has seen version %d, and then %s".formatted(name, version, op));
    }
    version = at;
    changes.put(at, key + "=" + value);
    if (value == null) {
      state.remove(key);
    } else {
      state.put(key, value + " " + at);
      if (!values.add(value)) {
        diary.wrong("watcher %s has seen twice that %s was written".formatted(name, op));
      }
    }
  }

  /** All of the map up to this slot was seen. */
  synchronized long position() {
    return position;
  }

  synchronized Set<String> values() {
    return Set.copyOf(values);
  }

  synchronized Map<String, String> state() {
    return Map.copyOf(state);
  }

  synchronized Map<Long, String> changes() {
    return Map.copyOf(changes);
  }

  synchronized int connections() {
    return connections;
  }
}
