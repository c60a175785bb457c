package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.data.map.HistoryLimits;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page whose name was bound to this machine by its own DNS must not reach an open node. */
class HostCheckTest {
  private static final List<String> ROUTES =
      List.of(
          "GET /",
          "GET /index.html",
          "GET /synod.js",
          "GET /problems/busy",
          "GET /metrics",
          "GET /health/live",
          "GET /health/ready",
          "GET /api/v1/status",
          "GET /api/v1/members",
          "GET /api/v1/maps/m",
          "GET /api/v1/maps/m/k",
          "PUT /api/v1/maps/m/k",
          "DELETE /api/v1/maps/m/k",
          "GET /api/v1/maps/m/watch",
          "POST /api/v1/snapshot",
          "POST /api/v1/stop",
          "GET /feed/info",
          "GET /feed/websocket",
          "GET /feed/000/abc/websocket",
          "OPTIONS /api/v1/maps/m/k",
          "GET /nothing");

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final AtomicInteger stops = new AtomicInteger();
  private SynodWeb web = serve(new WebOptions().setPeers(List.of("http://Node-2.example:8082")));

  private SynodWeb serve(WebOptions options) {
    return await(
        SynodWeb.create(vertx, synod, options.setPort(0))
            .metrics(() -> "synod_applied 1.0\n")
            .onStop(stops::incrementAndGet)
            .listen());
  }

  private void serveAnew(WebOptions options) {
    await(web.close());
    web = serve(options);
  }

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private RawHttp.Answer ask(String host) {
    return RawHttp.ask(web.actualPort(), "GET", "/api/v1/status", "Host", host);
  }

  @Test
  void aForeignNameIsRefusedOnEveryRouteThoughTheOriginAgreesWithIt() {
    String host = "evil.example:" + web.actualPort();
    for (String route : ROUTES) {
      String[] parts = route.split(" ", -1);
      RawHttp.Answer answer =
          RawHttp.ask(
              web.actualPort(), parts[0], parts[1], "Host", host, "Origin", "http://" + host);
      assertThat(answer.status()).as(route).isEqualTo(421);
      assertThat(new JsonObject(answer.body()).getString("type"))
          .as(route)
          .isEqualTo("/problems/host-refused");
    }
    assertThat(stops).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:1",
        "127.9.8.7:8080",
        "localhost",
        "LOCALHOST:8080",
        "localhost.",
        "[::1]",
        "[::1]:8080",
        "[0:0:0:0:0:0:0:1]:8080",
        "node-2.example:8082",
        "NODE-2.example"
      })
  void aNameOfTheMachineItselfOrOfAPeerIsAccepted(String host) {
    assertThat(ask(host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.evil.example",
        "evil.example:127.0.0.1",
        "evil.example#localhost",
        "user@localhost",
        "localhost@evil.example",
        "localhost:80:80",
        "localhost:http",
        "xlocalhost",
        "localhost..",
        "[::1].evil.example",
        "[::2]",
        "[::1",
        "::1",
        "10.0.0.1",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "127.1",
        "127.0.0.256",
        "127.0.0.1, evil.example",
        "node-2.example.evil.example",
        "node-3.example",
        ""
      })
  void everyOtherNameIsRefused(String host) {
    assertThat(ask(host).status()).isIn(400, 421);
  }

  @Test
  void aTargetThatNamesAnotherHostIsRefusedWhateverTheHeaderSays() {
    assertThat(RawHttp.ask(web.actualPort(), "GET", "http://evil.example/api/v1/status").status())
        .isEqualTo(421);
    assertThat(RawHttp.ask(web.actualPort(), "GET", "http://localhost/api/v1/status").status())
        .isEqualTo(200);
  }

  @Test
  void twoHostsAreRefusedAndSoIsNone() {
    assertThat(
            RawHttp.ask(
                    web.actualPort(),
                    "GET",
                    "/api/v1/status",
                    "Host",
                    "localhost",
                    "Host",
                    "evil.example")
                .status())
        .isEqualTo(400);
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      assertThat(connection.send("GET /api/v1/status HTTP/1.1\r\n\r\n").answer("GET").status())
          .isEqualTo(400);
    }
  }

  @Test
  void namesOfTheOptionsAreAcceptedInEverySpelling() {
    serveAnew(new WebOptions().setHosts(List.of("Synod.example.org", "[2001:db8::1]", "10.0.0.1")));
    for (String host :
        List.of("synod.example.org:80", "SYNOD.EXAMPLE.ORG.", "[2001:DB8:0::1]", "10.0.0.1:1")) {
      assertThat(ask(host).status()).as(host).isEqualTo(200);
    }
    assertThat(ask("www.synod.example.org").status()).isEqualTo(421);
    assertThat(ask("10.0.0.2").status()).isEqualTo(421);
  }

  @Test
  void whatListensOnEveryAddressIsAskedUnderTheOneThatWasReached() {
    serveAnew(new WebOptions().setHost("0.0.0.0"));
    assertThat(ask("localhost").status()).isEqualTo(200);
    assertThat(ask("evil.example").status()).isEqualTo(421);
    assertThat(ask("10.0.0.1").status()).isEqualTo(421);
  }

  @Test
  void withAuthenticationTheNameIsFree() {
    serveAnew(new WebOptions().setToken("secret"));
    assertThat(ask("evil.example").status()).isEqualTo(401);
    assertThat(
            RawHttp.ask(
                    web.actualPort(),
                    "GET",
                    "/api/v1/status",
                    "Host",
                    "elsewhere.example",
                    "Authorization",
                    "Bearer secret")
                .status())
        .isEqualTo(200);
  }
}
