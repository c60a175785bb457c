package dev.synod.app.client;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.app.ScriptedMember;
import dev.synod.app.ScriptedMember.Step;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A watch over members of which some go silent. */
class WatchStreamTest {
  private static final long SILENCE_MILLIS = 1_500;

  private final Vertx vertx = HttpCommand.vertx();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @AfterEach
  void close() throws InterruptedException {
    await(vertx.close());
  }

  private static String change(long slot, String value) {
    return "event: chg\nid: %d\ndata: {\"index\":%d,\"ops\":[{\"key\":\"k\",\"value\":\"%s\"}]}\n\n"
        .formatted(slot, slot, value);
  }

  /** Sends that, and then nothing more. */
  private static Step stream(String text) {
    return request -> {
      HttpServerResponse response = request.response().setChunked(true);
      response.putHeader("Content-Type", "text/event-stream");
      response.write(text);
    };
  }

  /** Sends a comment again and again, as members do while nothing changes. */
  private Step beats() {
    return request -> {
      HttpServerResponse response = request.response().setChunked(true);
      response.putHeader("Content-Type", "text/event-stream");
      response.write(change(7, "beating"));
      vertx.setPeriodic(SILENCE_MILLIS / 15, tick -> response.write(":\n\n"));
    };
  }

  private Future<Integer> watch(long timeoutMillis, URI... urls) {
    ClientOptions options = new ClientOptions(List.of(urls), timeoutMillis);
    return new WatchStream(
            vertx,
            options,
            "/api/v1/maps/m/watch",
            0L,
            SILENCE_MILLIS,
            new PrintStream(output, true, StandardCharsets.UTF_8))
        .open();
  }

  private String printed() {
    return output.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aNodeThatNeverAnswersIsLeftForTheNext() throws Exception {
    ScriptedMember frozen = new ScriptedMember(vertx, ScriptedMember::silence);
    ScriptedMember member = new ScriptedMember(vertx, stream(change(5, "v")));

    Future<Integer> watching = watch(10_000, frozen.url(), member.url());
    await().until(() -> printed().contains("\"value\":\"v\""));
    assertThat(watching.isComplete()).isFalse();
  }

  @Test
  void aNodeThatFallsSilentInTheMiddleIsLeftForTheNext() throws Exception {
    ScriptedMember frozen = new ScriptedMember(vertx, stream(change(5, "first")));
    ScriptedMember member = new ScriptedMember(vertx, stream(change(6, "second")));

    watch(10_000, frozen.url(), member.url());
    await().until(() -> printed().contains("second"));
    assertThat(printed()).containsOnlyOnce("first");
  }

  @Test
  void aNodeWhoseStreamOnlyBeatsIsKept() throws Exception {
    ScriptedMember member = new ScriptedMember(vertx, beats());
    ScriptedMember other = new ScriptedMember(vertx, stream(change(9, "other")));

    watch(10_000, member.url(), other.url());
    await().untilAsserted(() -> assertThat(printed()).contains("beating"));
    await()
        .during(Duration.ofMillis(2 * SILENCE_MILLIS))
        .untilAsserted(() -> assertThat(other.asked).isEmpty());
    assertThat(member.asked).hasSize(1);
  }

  @Test
  void whatIsNoStreamIsLeftForTheNext() throws Exception {
    ScriptedMember portal =
        new ScriptedMember(vertx, ScriptedMember.answer(200, "text/html", "<html>"));
    ScriptedMember gateway =
        new ScriptedMember(vertx, ScriptedMember.answer(404, "text/html", "<html>"));
    ScriptedMember member = new ScriptedMember(vertx, stream(change(5, "v")));

    watch(10_000, portal.url(), gateway.url(), member.url());
    await().until(() -> printed().contains("\"value\":\"v\""));
  }

  @Test
  void whenEveryNodeIsSilentForTooLongTheWatchEnds() throws Exception {
    ScriptedMember frozen = new ScriptedMember(vertx, ScriptedMember::silence);

    assertThatThrownBy(() -> await(watch(600, frozen.url())))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE));
  }

  @Test
  void aRefusalOfAMemberEndsTheWatch() throws Exception {
    ScriptedMember member = new ScriptedMember(vertx, ScriptedMember.problem(403, "forbidden"));

    assertThatThrownBy(() -> await(watch(10_000, member.url())))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DENIED));
  }
}
