package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All machines of a group are replaced, and then its quorums are changed, while it is written to:
 * ten processes, and the commands that an operator would give.
 */
class ReplaceMembersIT {
  private static final List<String> OLD = List.of("a", "b", "c", "d", "e");
  private static final List<String> NEW = List.of("f", "g", "h", "i", "j");
  private static final int WRITERS = 4;
  private static final String MAP = "replaced";

  @TempDir private Path directory;
  private Nodes nodes;
  private final List<Proc> commands = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /** What was acknowledged. */
  private final Map<String, String> expected = new TreeMap<>();

  private int writers;

  @AfterEach
  void stop() {
    commands.forEach(Proc::close);
    if (nodes != null) {
      nodes.close();
    }
  }

  private String synod(String name, String... args) throws IOException, InterruptedException {
    Proc proc = Proc.start(directory, name, List.of(args));
    commands.add(proc);
    assertThat(proc.end()).as("%s: %s", List.of(args), proc.err()).isZero();
    return proc.out();
  }

  /** Writes at members that stay, one value after the other, until it is told to stop. */
  private final class Writer extends Thread {
    private final List<String> urls;
    private final int number;
    private volatile boolean stopped;
    final List<Long> micros = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final Map<String, String> acknowledged = new TreeMap<>();
    int busy;

    Writer(List<String> urls, int number) {
      super("writer-" + number);
      this.urls = urls;
      this.number = number;
    }

    @Override
    public void run() {
      for (int i = 0; !stopped; i++) {
        String key = number + "-" + i;
        HttpRequest put =
            HttpRequest.newBuilder(
                    URI.create(urls.get(i % urls.size()) + "/api/v1/maps/" + MAP + "/" + key))
                .timeout(Duration.ofSeconds(30))
                .PUT(HttpRequest.BodyPublishers.ofString("value " + i))
                .build();
        long start = System.nanoTime();
        try {
          HttpResponse<String> response = http.send(put, HttpResponse.BodyHandlers.ofString());
          if (response.statusCode() / 100 == 2) {
            micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            acknowledged.put(key, "value " + i);
          } else if (response.body().contains("/problems/busy")) {
            busy++;
          } else {
            failures.add(put.uri() + ": " + response.body());
          }
        } catch (IOException | InterruptedException failure) {
          failures.add(put.uri() + ": " + failure);
        }
      }
    }
  }

  /** What an operator does while others write. */
  private interface Change {
    void run() throws Exception;
  }

  private void underLoad(String what, List<String> urls, Change change) throws Exception {
    List<Writer> load =
        IntStream.range(0, WRITERS).mapToObj(i -> new Writer(urls, writers++)).toList();
    load.forEach(Writer::start);
    try {
      change.run();
    } finally {
      for (Writer writer : load) {
        writer.stopped = true;
        writer.join();
      }
    }
    List<Long> micros = load.stream().flatMap(writer -> writer.micros.stream()).sorted().toList();
    load.forEach(writer -> expected.putAll(writer.acknowledged));
    assertThat(load.stream().flatMap(writer -> writer.failures.stream())).as(what).isEmpty();
    assertThat(micros).as(what).isNotEmpty();
    System.out.printf(
        "%s: %,d puts, %d busy, p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
        what,
        micros.size(),
        load.stream().mapToInt(writer -> writer.busy).sum(),
        micros.get(micros.size() / 2) / 1_000.0,
        micros.get((micros.size() - 1) * 99 / 100) / 1_000.0,
        micros.get(micros.size() - 1) / 1_000.0);
  }

  @Test
  void fiveProcessesAreReplacedByFiveOthersUnderLoad_andThenTheQuorumsChange() throws Exception {
    nodes = Nodes.of(directory, "five", synod -> synod.remove("quorum"));
    nodes.startAll();
    for (int i = 0; i < OLD.size(); i++) {
      replace(OLD.get(i), NEW.get(i));
    }
    String any = nodes.url("h");
    underLoad(
        "from majority to |P2| = 2, and to a grid",
        nodes.urls(),
        () -> {
          synod("counts", "quorums", "set", "{\"rule\":\"counts\",\"phase2\":2}", "--url", any);
          synod(
              "grid",
              "quorums",
              "set",
              "{\"rule\":\"grid\",\"rows\":[[\"f\",\"g\"],[\"h\",\"i\",\"j\"]]}",
              "--url",
              any);
        });

    nodes.awaitAlike();
    assertThat(synod("list", "members", "list", "--url", any))
        .contains("grid")
        .contains(OLD.stream().map(old -> old + "  has left").toList())
        .contains(NEW);
    for (String url : nodes.urls()) {
      assertThat(nodes.entries(url, MAP)).as(url).isEqualTo(expected);
    }
    nodes.awaitSameState("after the changes");
  }

  private void replace(String old, String successor) throws Exception {
    List<String> stay =
        nodes.members().stream().filter(name -> !name.equals(old)).map(nodes::url).toList();
    nodes.join(successor);
    Proc joined = nodes.node(successor);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> joined.out().contains("member " + successor) || !joined.isAlive());
    assertThat(joined.isAlive()).as(joined.err()).isTrue();
    underLoad(
        old + " replaced by " + successor,
        stay,
        () -> {
          synod("replace-" + old, "members", "replace", old, successor, "--url", stay.get(0));
          assertThat(nodes.node(old).end()).as(nodes.node(old).err()).isZero();
        });
    nodes.left(old);
  }
}
