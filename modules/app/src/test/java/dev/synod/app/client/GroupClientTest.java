package dev.synod.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against members that do what the test says. */
class GroupClientTest {
  private final Vertx vertx = HttpCommand.vertx();

  @AfterEach
  void close() throws InterruptedException {
    HttpCommand.await(vertx.close());
  }

  /** What a member does when it is asked. */
  private interface Step {
    void answer(HttpServerRequest request);
  }

  /** Answers each request as the next step of its script says; the last step stays. */
  private final class Scripted {
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Step> script;
    private final HttpServer server;

    Scripted(Step... steps) throws InterruptedException {
      script = new ArrayDeque<>(List.of(steps));
      server =
          HttpCommand.await(
              vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    }

    private void answer(HttpServerRequest request) {
      String condition =
          Objects.requireNonNullElse(
              request.getHeader("If-Match"),
              Objects.requireNonNullElse(request.getHeader("If-None-Match"), "-"));
      asked.add(request.method() + " " + condition);
      Step step = Objects.requireNonNull(script.size() > 1 ? script.poll() : script.peek());
      request.body().onSuccess(body -> step.answer(request));
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.actualPort());
    }
  }

  private static Step json(int status, JsonObject body) {
    return request -> request.response().setStatusCode(status).end(body.toBuffer());
  }

  private static Step problem(int status) {
    return json(status, new JsonObject().put("title", "t" + status).put("detail", "d"));
  }

  private static Step written(long slot) {
    return json(200, new JsonObject().put("slot", slot).put("version", slot));
  }

  private static Step conflict(long version) {
    return json(412, new JsonObject().put("slot", 99).put("version", version));
  }

  private static Step value(String value, long version, long slot) {
    return request ->
        request
            .response()
            .putHeader("ETag", "\"" + version + "\"")
            .putHeader("Synod-Slot", Long.toString(slot))
            .end(value);
  }

  private static void hangUp(HttpServerRequest request) {
    var unused = request.connection().close();
  }

  private long put(long timeoutMillis, URI... urls) throws InterruptedException {
    GroupClient client = new GroupClient(vertx, new ClientOptions(List.of(urls), timeoutMillis), 1);
    return HttpCommand.await(new MapWriter(client, "m").put("k", Buffer.buffer("v")));
  }

  private long put(URI... urls) throws InterruptedException {
    return put(10_000, urls);
  }

  @Test
  void theNextMemberIsAskedWhenOneCannotBeReached() throws Exception {
    Scripted member = new Scripted(written(5));

    assertThat(put(URI.create("http://127.0.0.1:1"), member.url())).isEqualTo(5);
  }

  @Test
  void theNextMemberIsAskedWhenOneFindsNoQuorum() throws Exception {
    Scripted lonely = new Scripted(problem(503));
    Scripted member = new Scripted(written(5));

    assertThat(put(lonely.url(), member.url())).isEqualTo(5);
    assertThat(lonely.asked).hasSize(1);
  }

  @Test
  void aBusyMemberIsAskedAgainAndNotLeft() throws Exception {
    Scripted busy = new Scripted(problem(429), problem(429), written(5));
    Scripted other = new Scripted(written(6));

    assertThat(put(busy.url(), other.url())).isEqualTo(5);
    assertThat(busy.asked).hasSize(3);
    assertThat(other.asked).isEmpty();
  }

  @Test
  void aKeyThatIsThereIsReplacedAtItsVersion() throws Exception {
    Scripted member = new Scripted(conflict(7), conflict(8), written(5));

    assertThat(put(member.url())).isEqualTo(5);
    assertThat(member.asked).containsExactly("PUT *", "PUT \"7\"", "PUT \"8\"");
  }

  @Test
  void anAttemptOfUnknownOutcomeThatWasDoneIsNotDoneAgain() throws Exception {
    Scripted member = new Scripted(problem(504), conflict(7), value("v", 7, 4), written(5));

    assertThat(put(member.url())).isEqualTo(4);
    assertThat(member.asked).containsExactly("PUT *", "PUT *", "GET -");
  }

  @Test
  void anAnswerThatIsCutOffLeavesTheSameDoubt() throws Exception {
    Scripted killed = new Scripted(GroupClientTest::hangUp);
    Scripted member = new Scripted(conflict(7), value("v", 7, 4), written(5));

    assertThat(put(killed.url(), member.url())).isEqualTo(4);
    assertThat(member.asked).containsExactly("PUT *", "GET -");
  }

  @Test
  void afterAnUnknownOutcomeTheWriteOfAnotherIsReplacedAtItsVersion() throws Exception {
    Scripted member = new Scripted(problem(504), conflict(8), value("other", 8, 4), written(5));

    assertThat(put(member.url())).isEqualTo(5);
    assertThat(member.asked).containsExactly("PUT *", "PUT *", "GET -", "PUT \"8\"");
  }

  @Test
  void whenTimeRunsOutItSaysThatNothingWasDone() throws Exception {
    Scripted lonely = new Scripted(problem(503));

    assertThatThrownBy(() -> put(300, lonely.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE))
        .hasMessageContaining("nothing was done. t503: d");
  }

  @Test
  void whenTimeRunsOutInDoubtItSaysSo() throws Exception {
    Scripted member = new Scripted(problem(504), problem(503));

    assertThatThrownBy(() -> put(300, member.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN))
        .hasMessageContaining("whether it was done is not known");
  }

  @Test
  void aMemberThatNeverAnswersIsGivenUpInTime() throws Exception {
    Scripted mute = new Scripted(request -> {});

    assertThatThrownBy(() -> put(300, mute.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN));
  }

  @Test
  void whatIsRefusedIsNotTriedAgain() throws Exception {
    Scripted member = new Scripted(problem(413));

    assertThatThrownBy(() -> put(member.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessage("t413: d");
    assertThat(member.asked).hasSize(1);
  }
}
