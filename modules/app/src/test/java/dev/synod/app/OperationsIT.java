package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.app.terminal.ExitCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator and his tools see of three processes. */
class OperationsIT {
  @TempDir private Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private Nodes nodes;

  @BeforeEach
  void start() throws IOException {
    nodes = Nodes.of(directory, "three", synod -> {});
    nodes.startAll();
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private String get(String url) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  private Proc run(String name, String... args) throws Exception {
    return Proc.start(directory, name, List.of(args));
  }

  private List<Object> alarms(String url) throws IOException, InterruptedException {
    return nodes.status(url).getJsonArray("alarms").stream()
        .map(alarm -> ((JsonObject) alarm).getValue("code"))
        .toList();
  }

  @Test
  void aStopIsRefusedWhileTheGroupNeedsTheMemberAndDoneOnceItDoesNot() throws Exception {
    String a = nodes.urls().get(0);
    String b = nodes.urls().get(1);
    await()
        .until(
            () -> get(a + "/metrics").contains("synod_could_stop{group=\"three\",member=\"a\"} 1"));
    assertThat(get(a + "/health/live")).contains("\"live\":true");
    assertThat(get(a + "/health/ready")).contains("\"ready\":true");

    nodes.node("c").kill();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(alarms(b)).containsExactly("unreachable.c"));
    Proc refused = run("refused", "stop", "--url", b);
    assertThat(refused.end()).as(refused.err()).isEqualTo(ExitCode.CANNOT_ELECT);
    assertThat(refused.err())
        .contains("needed to elect a leader", "only these acceptors are reachable: a, b");
    assertThat(nodes.node("b").isAlive()).isTrue();

    nodes.start("c");
    nodes.awaitAlike();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(alarms(b)).as("over").isEmpty());
    Proc allowed = run("allowed", "stop", "--url", b);
    assertThat(allowed.end()).as(allowed.err()).isZero();
    assertThat(nodes.node("b").end()).as("in order").isZero();
    Proc forced = run("forced", "stop", "--force", "--url", a);
    assertThat(forced.end()).as(forced.err()).isZero();
    assertThat(nodes.node("a").end()).isZero();
    // Each is told once it has lasted on its own, so one may be told before the other.
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(alarms(nodes.urls().get(2))).contains("cannot-decide", "unreachable.b"));
    assertThat(nodes.node("c").err())
        .contains("Member c: member b is unreachable", "Member c: the group cannot decide");
  }
}
