package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.data.map.HistoryLimits;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.TlsOptions;
import dev.synod.web.config.WebOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP over TLS, with certificates that the script has made. */
class TlsTest {
  private static final Path SCRIPT = Path.of("..", "..", "config", "tls", "make-certificates");

  @TempDir private static Path directory;
  private static Path ours;
  private static Path foreign;

  private final Vertx vertx = Vertx.vertx();
  private final List<HttpClientAgent> clients = new ArrayList<>();

  @BeforeAll
  static void make() throws Exception {
    ours = certificates("ours", "365");
    foreign = certificates("foreign", "5");
  }

  private static Path certificates(String name, String days)
      throws IOException, InterruptedException {
    Path made = directory.resolve(name);
    Process process =
        new ProcessBuilder(SCRIPT.toString(), made.toString(), days, "a", "client")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(directory.resolve(name + ".out"))).isZero();
    return made;
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private static TlsOptions tls(Path from, String name, boolean mutual) {
    return new TlsOptions(
        from.resolve(name + ".pem"),
        from.resolve(name + ".key"),
        mutual ? from.resolve("ca.pem") : null);
  }

  private SynodWeb serve(TlsOptions tls) {
    return await(
        SynodWeb.create(
                vertx,
                new ScriptedSynod(vertx, HistoryLimits.DEFAULT),
                new WebOptions().setPort(0).setTls(tls))
            .listen());
  }

  /** The status of an answer; fails if there is no connection. */
  private Future<Integer> ask(SynodWeb web, Path trusted, Path shown) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setTrustOptions(
                new PemTrustOptions().addCertPath(trusted.resolve("ca.pem").toString()));
    if (shown != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(shown.resolve("client.pem").toString())
              .addKeyPath(shown.resolve("client.key").toString()));
    }
    HttpClientAgent client = vertx.createHttpClient(options);
    clients.add(client); // one that nobody holds is closed
    return client
        .request(HttpMethod.GET, web.actualPort(), "127.0.0.1", "/health/ready")
        .compose(HttpClientRequest::send)
        .map(response -> response.statusCode());
  }

  @Test
  void aClientVerifiesTheServerCertificate() {
    SynodWeb web = serve(tls(ours, "a", false));
    assertThat(await(ask(web, ours, null))).isEqualTo(503);
    assertThatThrownBy(() -> await(ask(web, foreign, null)))
        .as("it trusts another authority")
        .isNotNull();
  }

  @Test
  void aServerWithACaRequiresAClientCertificate() {
    SynodWeb web = serve(tls(ours, "a", true));
    assertThat(await(ask(web, ours, ours))).isEqualTo(503);
    assertThatThrownBy(() -> await(ask(web, ours, null))).as("without one").isNotNull();
    assertThatThrownBy(() -> await(ask(web, ours, foreign)))
        .as("with one of another authority")
        .isNotNull();
  }

  @Test
  void filesThatAreNotWhatTheyShouldBeAreNamed() {
    JsonObject json =
        new JsonObject()
            .put("certificate", ours.resolve("a.key").toString())
            .put("key", ours.resolve("a.pem").toString())
            .put("ca", ours.resolve("none.pem").toString());
    assertThatThrownBy(() -> new WebOptions(new JsonObject().put("tls", json)).validate())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tls.certificate: expected certificates in PEM")
        .hasMessageContaining("tls.key: expected a private key in PEM")
        .hasMessageContaining("tls.ca: expected a file that can be read");
    assertThatThrownBy(
            () -> new WebOptions(new JsonObject().put("tls", new JsonObject().put("cert", "x"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tls.cert: is not a field");
    assertThat(TlsOptions.read(tls(ours, "a", true).toJson())).isEqualTo(tls(ours, "a", true));
  }

  @Test
  void aCertificateThatNearsItsEndIsAnAlarmAndAMetricAllTheTime() {
    ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
    WebOptions options = new WebOptions().setPort(0);
    SynodWeb web =
        await(SynodWeb.create(vertx, synod, options.setTls(tls(foreign, "a", true))).listen());
    for (int look = 0; look < 2; look++) {
      assertThat(synod.checked().keySet()).containsExactly("certificate-ends.web");
      assertThat(synod.checked().get("certificate-ends.web"))
          .contains("foreign/a.pem expires at", "foreign/ca.pem expires at", "renew it");
    }
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    new WebMetrics(web).bindTo(registry);
    assertThat(
            registry.get("synod.certificate.not.after.timestamp").tag("use", "web").gauge().value())
        .isBetween(
            (double) Instant.now().getEpochSecond(),
            (double) Instant.now().plus(Duration.ofDays(6)).getEpochSecond());

    ScriptedSynod well = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
    await(SynodWeb.create(vertx, well, options.setTls(tls(ours, "a", true))).listen());
    assertThat(well.checked()).isEmpty();
  }
}
