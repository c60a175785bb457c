package dev.synod.app;

import static dev.synod.app.ScriptedMember.json;
import static dev.synod.app.ScriptedMember.written;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.app.client.HttpCommand;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as they are given, against members that answer as the test says. */
class CommandLineTest {
  private final Vertx vertx = HttpCommand.vertx();
  private final StringWriter errors = new StringWriter();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final PrintStream before = System.out;

  @TempDir private Path directory;

  @BeforeEach
  void keepWhatIsPrinted() {
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void printAgain() throws InterruptedException {
    System.setOut(before);
    await(vertx.close());
  }

  private int run(String... args) {
    return Main.run(args, new PrintWriter(errors, true));
  }

  private int run(ScriptedMember member, String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(args));
    all.addAll(List.of("--url", member.url().toString()));
    return run(all.toArray(String[]::new));
  }

  private ScriptedMember member(ScriptedMember.Step... steps) throws InterruptedException {
    return new ScriptedMember(vertx, steps);
  }

  // ---- arguments ------------------------------------------------------------------------------

  @Test
  void aValueThatBeginsWithAnAtSignIsStoredAsItIs() throws Exception {
    Path file = Files.writeString(directory.resolve("team"), "secret");
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note", "@" + file)).as(errors.toString()).isZero();
    assertThat(run(member, "put", "note", "@@team")).isZero();
    assertThat(run(member, "put", "@" + file, "x")).isZero();
    assertThat(member.bodies).containsExactly("@" + file, "@@team", "x");
    assertThat(member.paths.get(2)).startsWith("/api/v1/maps/default/%40");
  }

  @Test
  void theBytesOfAFileAreStoredWhereTheOptionSaysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("team"), "a\nb\n");
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note", "--file", file.toString())).isZero();
    assertThat(member.bodies).containsExactly("a\nb\n");
  }

  @Test
  void aPutHasEitherAValueOrAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("team"), "x");
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note")).isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "put", "note", "v", "--file", file.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "put", "note", "--file", directory.resolve("none").toString()))
        .isEqualTo(ExitCode.NO_INPUT);
    assertThat(member.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"caf\uFFFD", "\uFFFD", "\uD800", "x\uDC00y"})
  void anArgumentThatCouldNotBeDecodedIsRefused(String broken) throws Exception {
    ScriptedMember member = member(written(5));

    assertThat(run(member, "put", "note", broken)).isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "put", broken, "v")).isEqualTo(ExitCode.USAGE);
    assertThat(run(member, "get", "--map", broken, "k")).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("is no text in the encoding of this process");
    assertThat(member.asked).isEmpty();
  }

  // ---- credentials ----------------------------------------------------------------------------

  private static JsonObject status(String... peers) {
    return new JsonObject()
        .put("member", "a")
        .put("state", "leading")
        .put("ballot", "1.a")
        .put("canCommit", true)
        .put("canElect", true)
        .put("summary", "well")
        .put("web", new JsonObject().put("peers", new JsonArray(List.of(peers))));
  }

  @Test
  void credentialsAreSentOnlyToTheUrlsOfTheCommandLine() throws Exception {
    ScriptedMember peer = member(json(200, status().put("member", "b")));
    ScriptedMember refusing = member(ScriptedMember.problem(401, "denied"));
    ScriptedMember member =
        member(json(200, status(peer.url().toString(), refusing.url().toString())));

    assertThat(run(member, "status", "--token", "secret")).as(errors.toString()).isZero();
    assertThat(member.authorizations).containsExactly("Bearer secret");
    assertThat(peer.authorizations).containsExactly("none");
    assertThat(refusing.authorizations).containsExactly("none");
    assertThat(output.toString(StandardCharsets.UTF_8))
        .contains(refusing.url() + "  asks for credentials, which only a --url is sent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "nonsense",
        "http:///x",
        "http://a b/",
        ""
      })
  void aPeersUrlThatIsNoneIsShownAndNotAsked(String url) throws Exception {
    ScriptedMember member = member(json(200, status(url)));

    assertThat(run(member, "status")).as(errors.toString()).isZero();
    assertThat(output.toString(StandardCharsets.UTF_8)).contains("is no URL of a member");
  }

  // ---- doubt ----------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"stop", "snapshot"})
  void aGatewaysAnswerToAnOperationSaysNothingOfIt(String command) throws Exception {
    ScriptedMember gateway = member(ScriptedMember.answer(502, "text/html", "<html>"));

    assertThat(run(gateway, command)).isEqualTo(ExitCode.OUTCOME_UNKNOWN);
    assertThat(run(member(ScriptedMember::hangUp), command)).isEqualTo(ExitCode.OUTCOME_UNKNOWN);
    assertThat(run(command, "--url", "http://127.0.0.1:1")).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void aGatewaysNotFoundIsNotAMissingKey() throws Exception {
    ScriptedMember gateway = member(ScriptedMember.answer(404, "text/html", "<html>"));

    assertThat(run(gateway, "get", "--timeout", "0.3", "k")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run(member(ScriptedMember.problem(404, "no-such-key")), "get", "k"))
        .isEqualTo(ExitCode.NOT_FOUND);
    assertThat(run(member(ScriptedMember.problem(404, "not-found")), "get", "k"))
        .as("the URL is wrong")
        .isEqualTo(ExitCode.UNAVAILABLE);
  }

  private static ScriptedMember.Step group(long configuration) {
    return json(
        200,
        new JsonObject()
            .put("configuration", configuration)
            .put("acceptors", new JsonArray().add("a"))
            .put("quorum", new JsonObject("{\"rule\":\"counts\",\"phase1\":2,\"phase2\":2}"))
            .put("summary", "as it is now"));
  }

  private static ScriptedMember.Step refused() {
    return ScriptedMember.problem(409, "change-refused");
  }

  private static final String[][] CHANGES = {
    {"members", "add", "d"},
    {"members", "remove", "c"},
    {"members", "replace", "c", "d"},
    {"quorums", "set", "{\"rule\":\"counts\",\"phase1\":2,\"phase2\":2}"}
  };

  @Test
  void aChangeWithoutAnswerIsSentAgainForTheSameConfigurationUntilTheGroupHasIt() throws Exception {
    for (String[] change : CHANGES) {
      // The first request is still in progress when the second one comes.
      ScriptedMember member =
          member(group(7), ScriptedMember::hangUp, refused(), refused(), group(9));

      String[] arguments = Arrays.copyOfRange(change, 1, change.length);
      assertThat(run(member, change[0], arguments)).as(errors.toString()).isZero();
      assertThat(output.toString(StandardCharsets.UTF_8)).contains("as it is now");
      assertThat(member.asked).hasSize(5).first().isEqualTo("GET -");
      assertThat(member.asked.subList(1, 5)).allMatch(asked -> asked.endsWith(" \"7\""));
    }
  }

  @Test
  void aChangeInDoubtThatTheGroupDoesNotHaveIsNotKnown() throws Exception {
    assertThat(
            run(
                member(group(7), ScriptedMember::hangUp, refused()),
                "members",
                "add",
                "--timeout",
                "0.5",
                "d"))
        .isEqualTo(ExitCode.OUTCOME_UNKNOWN);
    assertThat(errors.toString()).contains("the outcome of the change is unknown");
  }

  @Test
  void aChangeThatIsRefusedAtOnceIsRefused() throws Exception {
    ScriptedMember member = member(group(7), refused(), group(7));

    assertThat(run(member, "members", "add", "d")).isEqualTo(ExitCode.DATA);
    assertThat(member.asked).containsExactly("GET -", "POST \"7\"");
  }
}
