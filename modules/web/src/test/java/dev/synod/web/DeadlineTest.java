package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.HistoryLimits;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that sends nothing, or not enough, is not kept. */
class DeadlineTest {
  private static final int MOST = 5;
  private static final int VALUE = 64 << 10;
  private static final int ENTRIES = 300;

  /** Receive buffer of a reader, in bytes. */
  private static final int BUFFER = 16 << 10;

  /** Budget of a socket, in bytes: more than the network holds. */
  private static final int BUDGET = 64 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final SynodWeb web =
      await(
          SynodWeb.create(
                  vertx,
                  synod,
                  new WebOptions()
                      .setPort(0)
                      .setIdleTimeout(1_000)
                      .setRequestTimeout(200)
                      .setWriteTimeout(2_000)
                      .setSocketBudgetBytes(BUDGET)
                      .setMaxConnectionsPerAddress(MOST))
              .listen());

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET", "GET / HTTP/1.1\r\nHost: local", "GET / HTTP/1.1\r\n"})
  void aRequestWhoseHeadersDoNotComeIsEnded(String beginning) {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      assertThat(connection.send(beginning).isClosed()).isTrue();
    }
  }

  @Test
  void headersThatComeByteByByteAreEndedAsWell() {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
      await()
          .untilAsserted(() -> assertThat(catchThrowable(() -> connection.send("x"))).isNotNull());
    }
  }

  @Test
  void aBodyThatDoesNotComeIsAnsweredAndEnded() {
    for (String head :
        List.of(
            "PUT /api/v1/maps/m/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf",
            String.join(
                "\r\n",
                "PUT /api/v1/maps/m/k HTTP/1.1",
                "Host: localhost",
                "Transfer-Encoding: chunked",
                "",
                "1",
                ""),
            "POST /api/v1/members HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{",
            "PUT /api/v1/quorums HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")) {
      try (RawHttp connection = new RawHttp(web.actualPort())) {
        RawHttp.Answer answer = connection.send(head).answer("PUT");
        assertThat(answer.status()).as(head).isEqualTo(408);
        assertThat(connection.isClosed()).as(head).isTrue();
      }
    }
    assertThat(RawHttp.ask(web.actualPort(), "GET", "/api/v1/maps/m/k").status()).isEqualTo(404);
  }

  @Test
  void aConnectionThatIsIdleAfterItsAnswerIsEnded() {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      assertThat(connection.request("GET", "/health/live", "").status()).isEqualTo(200);
      assertThat(connection.request("GET", "/health/live", "").status()).isEqualTo(200);
      assertThat(connection.isClosed()).isTrue();
    }
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.request("GET", "/health/live", "");
      assertThat(connection.send("GET / HTTP/1.1\r\nHost: loc").isClosed()).isTrue();
    }
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
      assertThat(connection.answer("GET").status()).isEqualTo(200);
      assertThat(connection.isClosed()).as("its body never came").isTrue();
    }
  }

  /** Ends when the node has ended a connection that is idle from now on. */
  private CompletableFuture<Boolean> idleTimePassed() {
    RawHttp idle = new RawHttp(web.actualPort());
    idle.request("GET", "/health/live", "");
    return CompletableFuture.supplyAsync(idle::isClosed);
  }

  @Test
  void aRequestThatWaitsForTheGroupIsNotIdle() {
    synod.hold();
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.send(
          "PUT /api/v1/maps/m/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
      assertThat(idleTimePassed().join()).isTrue();
      synod.release();
      assertThat(connection.answer("PUT").status()).isEqualTo(200);
    }
  }

  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET /feed/websocket HTTP/1.1",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "");

  @Test
  void aSocketThatDoesNotSayHelloIsEnded() {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      assertThat(connection.send(UPGRADE + "\r\n").answer("GET").status()).isEqualTo(101);
      assertThat(connection.isClosed()).isTrue();
    }
    await().until(() -> web.stats().sockets() == 0);
  }

  @Test
  void aSocketThatKeepsTalkingIsKept() {
    FeedPage page = FeedPage.greet(FeedPage.client(vertx), web.actualPort());
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Boolean> passed = idleTimePassed();
      await()
          .until(
              () -> {
                page.say("{'type':'time','t0':1}");
                page.expect("time");
                return passed.isDone();
              });
      assertThat(passed.join()).isTrue();
    }
  }

  private void fillMap() {
    ReplicatedMap<Buffer> map = ReplicatedMap.of(synod, "m", Buffer.class);
    for (int i = 0; i < ENTRIES; i++) {
      await(map.put("key" + i, Buffer.buffer(new byte[VALUE])));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/v1/maps/m/key1", "/api/v1/maps/m?limit=1000", "/api/v1/maps/m/watch"})
  void aReaderThatTakesNothingOfItsAnswersIsEnded(String path) {
    fillMap();
    try (RawHttp stalled = new RawHttp(web.actualPort(), BUFFER)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      stalled.send(request.repeat(ENTRIES)); // more answers than the network holds
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(catchThrowable(() -> stalled.send("\r\n"))).isNotNull());
    }
    await().until(() -> web.stats().streams() == 0);
  }

  /** Returns a frame of text, masked with zeros. */
  private static byte[] frame(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Buffer.buffer()
        .appendByte((byte) 0x81)
        .appendByte((byte) (0x80 | bytes.length))
        .appendInt(0)
        .appendBytes(bytes)
        .getBytes();
  }

  @Test
  @Timeout(60)
  void aSocketThatAsksAndTakesNothingOfTheAnswersIsEnded() {
    Buffer questions = Buffer.buffer();
    for (int i = 0; i < 1_000; i++) {
      questions.appendBytes(frame("{\"type\":\"time\",\"t0\":1}"));
    }
    try (RawHttp stalled = new RawHttp(web.actualPort(), BUFFER)) {
      assertThat(stalled.send(UPGRADE + "\r\n").answer("GET").status()).isEqualTo(101);
      stalled.send(frame("{\"type\":\"hello\",\"v\":1}"));
      // It goes on to talk, so the timeout of idle connections does not end it. The answers are
      // more
      // than the network holds.
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(catchThrowable(() -> stalled.send(questions.getBytes()))).isNotNull());
    }
    await().until(() -> web.stats().sockets() == 0);
  }

  @Test
  void aReaderThatTakesItsAnswersSlowlyIsServedToTheEnd() {
    fillMap();
    try (RawHttp slow = new RawHttp(web.actualPort(), BUFFER)) {
      String request = "GET /api/v1/maps/m/key1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
      slow.send(request.repeat(ENTRIES));
      CompletableFuture<Boolean> passed = new CompletableFuture<>();
      vertx.setTimer(3_000, late -> passed.complete(true)); // longer than the write timeout
      long read = 0;
      while (read < (long) ENTRIES * VALUE) {
        int bytes = slow.read(VALUE);
        assertThat(bytes).as("the connection after %d bytes", read).isPositive();
        read += bytes;
        if (!passed.isDone()) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
      assertThat(passed).as("the answers took longer than nothing may be written").isDone();
    }
  }

  @Test
  void anAddressHasABoundedNumberOfConnectionsAndGetsThemBack() {
    for (int round = 0; round < 3; round++) {
      List<RawHttp> open = new ArrayList<>();
      for (int i = 0; i < MOST; i++) {
        RawHttp connection = new RawHttp(web.actualPort());
        open.add(connection);
        int status = connection.send(UPGRADE + "\r\n").answer("GET").status();
        assertThat(status).isEqualTo(101);
      }
      try (RawHttp tooMany = new RawHttp(web.actualPort())) {
        assertThat(tooMany.isClosed()).isTrue();
      }
      open.forEach(RawHttp::close);
      await().until(() -> web.stats().sockets() == 0);
      await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(RawHttp.ask(web.actualPort(), "GET", "/health/live").status())
                      .isEqualTo(200));
    }
  }

  @Test
  void compressionIsNotAgreedUpon() {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      RawHttp.Answer answer =
          connection
              .send(
                  UPGRADE
                      + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits,"
                      + " x-webkit-deflate-frame, deflate-frame\r\n\r\n")
              .answer("GET");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.header("Sec-WebSocket-Extensions")).isEmpty();
    }
    RawHttp.Answer plain =
        RawHttp.ask(web.actualPort(), "GET", "/synod.js", "Accept-Encoding", "gzip, br");
    assertThat(plain.header("Content-Encoding")).isEmpty();
  }

  @Test
  void http2InClearIsNotSpoken() {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      RawHttp.Answer answer =
          connection.request(
              "GET",
              "/health/live",
              "",
              "Connection",
              "Upgrade, HTTP2-Settings",
              "Upgrade",
              "h2c",
              "HTTP2-Settings",
              "AAMAAABkAARAAAAAAAIAAAAA");
      assertThat(answer.status()).isEqualTo(200);
    }
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(connection.isClosed()).isTrue();
    }
  }
}
