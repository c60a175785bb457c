package dev.synod.app.client;

import static dev.synod.app.ScriptedMember.value;
import static dev.synod.app.ScriptedMember.written;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.app.ScriptedMember;
import dev.synod.app.ScriptedMember.Step;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client against members that do what the test says. */
class GroupClientTest {
  private final Vertx vertx = HttpCommand.vertx();

  @AfterEach
  void close() throws InterruptedException {
    await(vertx.close());
  }

  private ScriptedMember member(Step... steps) throws InterruptedException {
    return new ScriptedMember(vertx, steps);
  }

  private static Step problem(int status) {
    return ScriptedMember.problem(status, "t");
  }

  private static Step conflict(long version) {
    return ScriptedMember.problem(
        412, "conflict", new JsonObject().put("slot", 99).put("version", version));
  }

  private long put(long timeoutMillis, URI... urls) throws InterruptedException {
    GroupClient client = new GroupClient(vertx, new ClientOptions(List.of(urls), timeoutMillis), 1);
    return await(new MapWriter(client, "m").put("k", Buffer.buffer("v")));
  }

  private long put(URI... urls) throws InterruptedException {
    return put(10_000, urls);
  }

  @Test
  void theNextMemberIsAskedWhenOneCannotBeReached() throws Exception {
    ScriptedMember member = member(written(5));

    assertThat(put(URI.create("http://127.0.0.1:1"), member.url())).isEqualTo(5);
  }

  @Test
  void theNextMemberIsAskedWhenOneFindsNoQuorum() throws Exception {
    ScriptedMember lonely = member(problem(503));
    ScriptedMember member = member(written(5));

    assertThat(put(lonely.url(), member.url())).isEqualTo(5);
    assertThat(lonely.asked).hasSize(1);
  }

  @Test
  void aBusyMemberIsAskedAgainAndNotLeft() throws Exception {
    ScriptedMember busy = member(problem(429), problem(429), written(5));
    ScriptedMember other = member(written(6));

    assertThat(put(busy.url(), other.url())).isEqualTo(5);
    assertThat(busy.asked).hasSize(3);
    assertThat(other.asked).isEmpty();
  }

  @Test
  void aKeyThatIsThereIsReplacedAtItsVersion() throws Exception {
    ScriptedMember member = member(conflict(7), conflict(8), written(5));

    assertThat(put(member.url())).isEqualTo(5);
    assertThat(member.asked).containsExactly("PUT *", "PUT \"7\"", "PUT \"8\"");
  }

  @Test
  void anAttemptOfUnknownOutcomeThatWasDoneIsNotDoneAgain() throws Exception {
    ScriptedMember member = member(problem(504), conflict(7), value("v", 7, 4), written(5));

    assertThat(put(member.url())).isEqualTo(4);
    assertThat(member.asked).containsExactly("PUT *", "PUT *", "GET -");
  }

  @Test
  void anAnswerThatIsCutOffLeavesTheSameDoubt() throws Exception {
    ScriptedMember killed = member(ScriptedMember::hangUp);
    ScriptedMember member = member(conflict(7), value("v", 7, 4), written(5));

    assertThat(put(killed.url(), member.url())).isEqualTo(4);
    assertThat(member.asked).containsExactly("PUT *", "GET -");
  }

  @Test
  void afterAnUnknownOutcomeTheWriteOfAnotherIsReplacedAtItsVersion() throws Exception {
    ScriptedMember member = member(problem(504), conflict(8), value("other", 8, 4), written(5));

    assertThat(put(member.url())).isEqualTo(5);
    assertThat(member.asked).containsExactly("PUT *", "PUT *", "GET -", "PUT \"8\"");
  }

  @Test
  void whenTimeRunsOutItSaysThatNothingWasDone() throws Exception {
    ScriptedMember lonely = member(problem(503));

    assertThatThrownBy(() -> put(300, lonely.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE))
        .hasMessageContaining("nothing was done. t503: d");
  }

  @Test
  void whenTimeRunsOutInDoubtItSaysSo() throws Exception {
    ScriptedMember member = member(problem(504), problem(503));

    assertThatThrownBy(() -> put(300, member.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN))
        .hasMessageContaining("whether it was done is not known");
  }

  @Test
  void aMemberThatNeverAnswersIsGivenUpInTime() throws Exception {
    ScriptedMember mute = member(ScriptedMember::silence);

    assertThatThrownBy(() -> put(300, mute.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN));
  }

  @Test
  void aMemberThatFallsSilentWithinItsAnswerIsGivenUpInTime() throws Exception {
    ScriptedMember frozen =
        member(
            request -> {
              request.response().putHeader("Content-Length", "100");
              request.response().write("{");
            });

    assertThatThrownBy(() -> put(300, frozen.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN));
  }

  @Test
  void whatIsRefusedIsNotTriedAgain() throws Exception {
    ScriptedMember member = member(problem(413));

    assertThatThrownBy(() -> put(member.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessage("t413: d");
    assertThat(member.asked).hasSize(1);
  }

  private static final String GATEWAYS_PAGE = "<html><h1>Something is wrong</h1></html>";

  /** Answers of gateways, proxies and other servers that are no members. */
  @ParameterizedTest
  @CsvSource({
    "200,text/html",
    "200,application/octet-stream",
    "204,text/plain",
    "302,text/html",
    "404,text/html",
    "408,text/html",
    "409,text/html",
    "412,text/html",
    "421,text/html",
    "429,text/html",
    "500,text/html",
    "502,text/html",
    "502,application/problem+json",
    "503,text/html",
    "504,text/html",
    "520,text/html"
  })
  void anAnswerThatIsNoMembersLeavesTheWriteInDoubtAndTheNextMemberIsAsked(int status, String type)
      throws Exception {
    String body = type.equals("text/html") ? GATEWAYS_PAGE : "{\"title\": \"Bad Gateway\"}";
    ScriptedMember gateway = member(ScriptedMember.answer(status, type, body));
    ScriptedMember member = member(conflict(7), value("v", 7, 4), written(5));

    assertThat(put(gateway.url(), member.url())).isEqualTo(4);
    assertThat(member.asked).containsExactly("PUT *", "GET -");

    ScriptedMember alone = member(ScriptedMember.answer(status, type, body));
    assertThatThrownBy(() -> put(300, alone.url()))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN));
  }

  @Test
  void aMemberThatFailedAtAnUnexpectedPlaceMayHaveWritten() throws Exception {
    ScriptedMember broken = member(ScriptedMember.problem(500, "internal"));
    ScriptedMember member = member(conflict(7), value("v", 7, 4), written(5));

    assertThat(put(broken.url(), member.url())).isEqualTo(4);
  }

  @Test
  void aGatewayThatRefusesARequestEndsIt() {
    assertThatThrownBy(
            () -> put(member(ScriptedMember.answer(413, "text/html", GATEWAYS_PAGE)).url()))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA));
  }

  @Test
  void aReadThatGetsNoAnswerLeavesNothingInDoubt() throws Exception {
    ScriptedMember mute = member(ScriptedMember::silence);
    GroupClient client = new GroupClient(vertx, new ClientOptions(List.of(mute.url()), 300), 1);

    assertThatThrownBy(() -> await(client.call(HttpCall.get("/k"))))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE));
  }
}
