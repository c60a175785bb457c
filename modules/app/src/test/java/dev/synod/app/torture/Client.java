package dev.synod.app.torture;

import dev.synod.app.torture.Recorder.Outcome;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One client: one operation after the other on a few keys that all clients share, at one member
 * until that fails, and now and then at another.
 */
final class Client implements Runnable {
  static final String MAP = "torture";

  /** How many keys are in use at a time. Few, so that clients get into each other's way. */
  private static final int KEYS = 4;

  /** After so long come other keys, for each open outcome makes a key's history harder to check. */
  private static final long KEYS_NANOS = 5_000_000_000L;

  private static final Duration CONNECT = Duration.ofSeconds(1);

  /** Less than a member waits for a quorum, and more. */
  private static final List<Duration> PATIENCE =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(12));

  /** What a key held when somebody last saw it; of no value if it was absent. */
  private record Held(@Nullable String value, long version) {}

  /** What all clients of a run share. */
  static final class Common {
    private final List<String> urls;
    private final Diary diary;
    private final Recorder recorder;
    private final String readLevel;
    private final double pauseMillis;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /**
     * @param readLevel as in the API's parameter {@code level}
     * @param pauseMillis of each client between two operations, on average
     */
    Common(
        List<String> urls, Diary diary, Recorder recorder, String readLevel, double pauseMillis) {
      this.urls = urls;
      this.diary = diary;
      this.recorder = recorder;
      this.readLevel = readLevel;
      this.pauseMillis = pauseMillis;
    }

    void stop() {
      stopped = true;
    }
  }

  private final String name;
  private final Common common;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private int at;
  private long count;

  Client(String name, int at, Common common, Random random) {
    this.name = name;
    this.at = at;
    this.common = common;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (!common.stopped) {
        Thread.sleep((long) (random.nextDouble() * 2 * common.pauseMillis));
        if (random.nextInt(20) == 0) {
          at = random.nextInt(common.urls.size());
        }
        next();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      common.diary.wrong("client " + name + " broke: " + broken);
    }
  }

  private void next() throws InterruptedException {
    long age = common.diary.now() / KEYS_NANOS;
    int draw = random.nextInt(100);
    if (draw < 4 && age > 0) {
      // What was acknowledged long ago must still be there.
      read("k" + random.nextLong(age) + "-" + random.nextInt(KEYS));
      return;
    }
    String key = "k" + age + "-" + random.nextInt(KEYS);
    Held held = common.held.getOrDefault(key, new Held(null, 0));
    String value = name + "." + ++count;
    if (draw < 45) {
      read(key);
    } else if (draw < 70) {
      write(key, value);
    } else if (draw < 74) {
      remove(key);
    } else if (draw < 78 && held.value != null) {
      change("remove-if", key, held, null);
    } else if (held.value == null || draw < 82) {
      change("put-if-absent", key, new Held(null, 0), value);
    } else {
      change("compare-and-set", key, held, value);
    }
  }

  void read(String key) throws InterruptedException {
    long invoked = common.diary.now();
    Reply reply = send(request(key, "?level=" + common.readLevel).GET());
    @Nullable String value = null;
    Outcome outcome = reply.outcome;
    if (reply.status == 200) {
      value = reply.body;
      held(key, value, reply.version());
    } else if (reply.status == 404) {
      held(key, null, 0);
    } else {
      outcome = reply.notDone();
    }
    common.recorder.record(name, "read", key, "read", null, null, outcome, value, invoked);
  }

  private void write(String key, String value) throws InterruptedException {
    long invoked = common.diary.now();
    Reply reply = send(request(key, "").PUT(BodyPublishers.ofString(value)));
    Outcome outcome = reply.outcome;
    if (reply.status == 200) {
      held(key, value, reply.version());
    } else {
      outcome = reply.notDone();
    }
    common.recorder.record(name, "write", key, "write", value, value, outcome, "ok", invoked);
  }

  private void remove(String key) throws InterruptedException {
    long invoked = common.diary.now();
    Reply reply = send(request(key, "").DELETE());
    Outcome outcome = reply.outcome;
    if (reply.status == 200 || reply.status == 404) {
      held(key, null, 0);
    } else {
      outcome = reply.notDone();
    }
    common.recorder.record(name, "remove", key, "write", null, null, outcome, "ok", invoked);
  }

  /** Whatever depends on what the key holds: versions stand for values, each has its own. */
  private void change(String kind, String key, Held expected, @Nullable String value)
      throws InterruptedException {
    long invoked = common.diary.now();
    HttpRequest.Builder request = request(key, "");
    if (expected.value == null) {
      request.header("If-None-Match", "*");
    } else {
      request.header("If-Match", "\"" + expected.version + "\"");
    }
    Reply reply =
        send(value == null ? request.DELETE() : request.PUT(BodyPublishers.ofString(value)));
    Outcome outcome = reply.outcome;
    boolean done = false;
    if (reply.status == 200 || reply.status == 201) {
      done = true;
      held(key, value, value == null ? 0 : reply.version());
    } else if (reply.status == 412 || (reply.status == 404 && value == null)) {
      common.held.remove(key, expected);
    } else {
      outcome = reply.notDone();
    }
    common.recorder.record(
        name,
        kind,
        key,
        "cas",
        Recorder.pair(expected.value, value),
        value,
        outcome,
        done,
        invoked);
  }

  private void held(String key, @Nullable String value, long version) {
    common.held.put(key, new Held(value, version));
    if (value != null) {
      common.recorder.seen(value, version, "client " + name + ", key " + key);
    }
  }

  private HttpRequest.Builder request(String key, String query) {
    return HttpRequest.newBuilder(
            URI.create(common.urls.get(at) + "/api/v1/maps/" + MAP + "/" + key + query))
        .timeout(PATIENCE.get(random.nextInt(PATIENCE.size())));
  }

  private Reply send(HttpRequest.Builder request) throws InterruptedException {
    HttpRequest made = request.build();
    try {
      HttpResponse<String> response = http.send(made, BodyHandlers.ofString());
      Reply reply = new Reply(response.statusCode(), Outcome.OK, response, response.body());
      if (reply.status >= 500) {
        moveOn();
      }
      return reply;
    } catch (ConnectException | HttpConnectTimeoutException unsent) {
      moveOn();
      return new Reply(0, Outcome.REFUSED, null, "");
    } catch (IOException lost) {
      moveOn();
      return new Reply(0, Outcome.UNKNOWN, null, "");
    }
  }

  private void moveOn() {
    if (random.nextInt(4) > 0) {
      at = random.nextInt(common.urls.size());
    }
  }

  /** An answer, or none: then the status is 0. */
  private final class Reply {
    final int status;
    final Outcome outcome;
    private final @Nullable HttpResponse<String> response;
    final String body;

    Reply(int status, Outcome outcome, @Nullable HttpResponse<String> response, String body) {
      this.status = status;
      this.outcome = outcome;
      this.response = response;
      this.body = body;
    }

    long version() {
      String tag =
          response == null
              ? ""
              : response.headers().firstValue("ETag").orElse("").replace("\"", "");
      if (!tag.isEmpty()) {
        return Long.parseLong(tag.substring(tag.lastIndexOf('-') + 1));
      }
      return new JsonObject(body).getLong("version");
    }

    /** What an answer means that is no result. */
    Outcome notDone() {
      return switch (status) {
        case 0 -> outcome;
        case 429, 503 -> Outcome.REFUSED;
        case 504 -> Outcome.UNKNOWN;
        default -> {
          common.diary.wrong(
              "client %s got an answer that it cannot have: %d %s".formatted(name, status, body));
          yield Outcome.UNKNOWN;
        }
      };
    }
  }
}
