package dev.synod.app;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.web.SynodWeb;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One line for each administrative request: from where, which principal, what, the outcome. */
class AuditTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Logger audit = (Logger) LoggerFactory.getLogger("dev.synod.audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private SynodWeb web;

  @BeforeEach
  void start() throws InterruptedException {
    Synod synod =
        await(
            Synod.start(
                vertx,
                new SynodOptions()
                    .setMember("a")
                    .setMembers(List.of("a"))
                    .setRequestTimeout(1_000)
                    .setDurability(Durability.MEMORY)));
    await().until(() -> synod.vitals().canCommit());
    web =
        await(
            SynodWeb.create(vertx, synod, new WebOptions().setPort(0).setToken("secret"))
                .onStop(() -> {})
                .listen());
    lines.start();
    audit.addAppender(lines);
  }

  @AfterEach
  void close() throws InterruptedException {
    audit.detachAppender(lines);
    await(vertx.close());
  }

  private void send(String method, String path, String body, String token)
      throws IOException, InterruptedException {
    http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.actualPort() + path))
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void eachActionIsOneLineWithItsOutcome() throws Exception {
    send("PUT", "/api/v1/quorums", "{\"quorum\":{\"rule\":\"majority\"}}", "secret");
    send("PUT", "/api/v1/leader", "{\"member\":\"a\"}", "secret");
    send("POST", "/api/v1/snapshot", "", "secret");
    send("POST", "/api/v1/stop?force=true", "", "secret");

    assertThat(said()).hasSize(4);
    assertThat(said().get(0))
        .startsWith("from 127.0.0.1, principal ")
        .contains("PUT \"/api/v1/quorums\" {\"quorum\":{\"rule\":\"majority\"}}: 200");
    assertThat(said().get(1)).endsWith(": PUT \"/api/v1/leader\" {\"member\":\"a\"}: 200");
    assertThat(said().get(2)).endsWith(": POST \"/api/v1/snapshot\": 200");
    assertThat(said().get(3)).endsWith(": POST \"/api/v1/stop?force=true\": 202");
  }

  @Test
  void whatIsRefusedOrNotLetInIsOneLineToo() throws Exception {
    send("POST", "/api/v1/members", "{\"remove\":[\"a\"]}", "secret");
    send("POST", "/api/v1/members", "{nonsense", "secret");
    send("POST", "/api/v1/stop", "", "wrong");

    assertThat(said()).hasSize(3);
    assertThat(said().get(0)).contains("{\"remove\":[\"a\"]}: 409 \"");
    assertThat(said().get(1)).contains(": 400 \"");
    assertThat(said().get(2)).contains("principal -: POST \"/api/v1/stop\": 401 \"");
  }

  /** There is no member in these empty directories, so both commands refuse. */
  @Test
  void whatIsDoneToTheFilesOfAStoppedMemberIsOneLineToo(@TempDir Path directory) throws Exception {
    JsonObject config = new JsonObject(Files.readString(Path.of("../../config/three/a.json")));
    config.getJsonObject("synod").put("dataDirectory", directory.resolve("data").toString());
    String file = Files.writeString(directory.resolve("a.json"), config.encode()).toString();
    run("force-config", "--config", file, "--words", "the others are lost for ever");
    run(
        "skip-command",
        "--config",
        file,
        "--slot",
        "1",
        "--command",
        "0",
        "--words",
        "no member can apply it");

    assertThat(said()).hasSize(2);
    assertThat(said().get(0)).contains(": force-config of member a of group ").endsWith("refused");
    assertThat(said().get(1)).contains(": skip-command of member a of group ").endsWith("refused");
  }

  private static void run(String... command) {
    assertThat(Main.run(command, new PrintWriter(new StringWriter()))).isNotZero();
  }

  @Test
  void whatOnlyReadsIsNoAction() throws Exception {
    send("GET", "/api/v1/members", "", "secret");
    send("GET", "/api/v1/quorums", "", "secret");
    send("GET", "/api/v1/status", "", "secret");
    send("PUT", "/api/v1/maps/m/k", "v", "secret");

    assertThat(said()).isEmpty();
  }

  @Test
  void aRequestCannotBeginALineOfItsOwn() throws Exception {
    send("POST", "/api/v1/members", "{\"add\":[\"b\\nfrom 10.0.0.1, principal root\"]}", "secret");

    assertThat(said()).hasSize(1);
    assertThat(said().get(0)).doesNotContain("\n");
  }
}
