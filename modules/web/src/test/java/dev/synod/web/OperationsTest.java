package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.data.map.HistoryLimits;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.Vitals;
import dev.synod.web.config.WebOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger stops = new AtomicInteger();
  private final SynodWeb web =
      await(
          SynodWeb.create(vertx, synod, new WebOptions().setPort(0).setToken("secret"))
              .metrics(() -> "synod_applied 1.0\n")
              .onStop(stops::incrementAndGet)
              .listen());

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.actualPort() + path))
            .method(method, BodyPublishers.noBody());
    try {
      return http.send(
          (headers.length == 0 ? request : request.headers(headers)).build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Vitals vitals(boolean caughtUp, boolean couldStop) {
    Vitals none = Vitals.NONE;
    return new Vitals(
        true,
        true,
        couldStop,
        true,
        caughtUp,
        List.of("n1"),
        7,
        3,
        0,
        0,
        0,
        0,
        0,
        none.force(),
        none.round(),
        none.roundTrips(),
        none.sent(),
        0,
        none.alarms());
  }

  @Test
  void aMemberThatHasCaughtUpAndKnowsALeaderIsReadyWithoutAToken() {
    synod.show(vitals(false, true));
    HttpResponse<String> early = send("GET", "/health/ready");
    assertThat(early.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(early.body()).getBoolean("caughtUp")).isFalse();
    assertThat(new JsonObject(early.body()).getString("summary")).contains("4 slots are missing");

    synod.show(vitals(true, true));
    HttpResponse<String> ready = send("GET", "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(ready.body()))
        .isEqualTo(
            new JsonObject()
                .put("ready", true)
                .put("caughtUp", true)
                .put("leader", "n1")
                .put("summary", "this member has caught up and follows n1"));
  }

  @Test
  void aMemberLivesAsLongAsItsEventLoopTurns() {
    assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    CountDownLatch release = new CountDownLatch(1);
    synod
        .context()
        .runOnContext(
            nothing -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    HttpResponse<String> stuck = send("GET", "/health/live");
    release.countDown();
    assertThat(stuck.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(stuck.body()).getBoolean("turns")).isFalse();
    await().until(() -> send("GET", "/health/live").statusCode() == 200);

    synod.failWith(new SynodException.Closed("gone"));
    assertThat(send("GET", "/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void metricsAndStopAskForTheToken() {
    assertThat(send("GET", "/metrics").statusCode()).isEqualTo(401);
    assertThat(send("POST", "/api/v1/stop?force=true").statusCode()).isEqualTo(401);
    assertThat(stops).hasValue(0);
    HttpResponse<String> metrics = send("GET", "/metrics", "Authorization", "Bearer secret");
    assertThat(metrics.body()).isEqualTo("synod_applied 1.0\n");
    assertThat(metrics.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
  }

  @Test
  void aStopThatWouldLeaveAGroupWithoutElectionsIsRefusedUnlessForced() {
    String[] token = {"Authorization", "Bearer secret"};
    synod.show(vitals(true, false));
    HttpResponse<String> refused = send("POST", "/api/v1/stop", token);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(new JsonObject(refused.body()).getString("type")).isEqualTo("/problems/needed");
    assertThat(send("POST", "/api/v1/stop?force=1", token).statusCode()).isEqualTo(400);
    assertThat(stops).hasValue(0);

    assertThat(send("POST", "/api/v1/stop?force=true", token).statusCode()).isEqualTo(202);
    await().untilAsserted(() -> assertThat(stops).hasValue(1));
    synod.show(vitals(true, true));
    assertThat(send("POST", "/api/v1/stop", token).statusCode()).isEqualTo(202);
    await().untilAsserted(() -> assertThat(stops).hasValue(2));
    assertThat(send("GET", "/api/v1/stop", token).statusCode()).isEqualTo(405);
  }

  @Test
  void theWebHasMetersOfItsOwn() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    new WebMetrics(web).bindTo(registry);
    assertThat(registry.get("synod.web.sockets").tag("member", "n1").gauge().value()).isZero();
    assertThat(registry.getMeters()).hasSize(5);
  }
}
