package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.data.map.HistoryLimits;
import dev.synod.vertx.SynodException;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpApiTest {
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final HttpClient http = HttpClient.newHttpClient();
  private SynodWeb web = SynodWeb.create(vertx, synod, new WebOptions().setPort(0));

  @BeforeEach
  void listen() {
    await(web.listen());
  }

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + web.actualPort() + "/api/v1" + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> put(String path, String value, String... headers) {
    HttpRequest.Builder request = to(path).PUT(BodyPublishers.ofString(value));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private HttpResponse<String> get(String path, String... headers) {
    return send(headers.length == 0 ? to(path) : to(path).headers(headers));
  }

  private static JsonObject problem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonObject problem = new JsonObject(answer.body());
    assertThat(problem.getString("type")).isEqualTo("/problems/" + code);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank().doesNotContain("Exception", "dev.synod");
    return problem;
  }

  @Test
  void whatIsPutIsGotWithItsVersionAsTag() {
    HttpResponse<String> written = put("/maps/m/k", "wert € 1");
    assertThat(written.statusCode()).isEqualTo(200);
    JsonObject body = new JsonObject(written.body());
    assertThat(written.headers().firstValue("ETag"))
        .hasValue("\"00000000000000aa-" + body.getLong("version") + "\"");
    assertThat(written.headers().firstValue("Synod-Slot")).hasValue(body.getLong("slot") + "");

    HttpResponse<String> read = get("/maps/m/k");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo("wert € 1");
    assertThat(read.headers().firstValue("ETag")).isEqualTo(written.headers().firstValue("ETag"));
    assertThat(read.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(get("/maps/m/k?level=local").body()).isEqualTo("wert € 1");
    assertThat(get("/maps/m/k").headers().firstValue("Synod-Level")).hasValue("linearizable");
    assertThat(get("/maps/m/k?level=lease").headers().firstValue("Synod-Level")).hasValue("lease");
    HttpResponse<String> within = get("/maps/m/k?within=200");
    assertThat(within.headers().firstValue("Synod-Level")).hasValue("bounded");
    assertThat(within.headers().firstValue("Synod-Read-Slot"))
        .isEqualTo(within.headers().firstValue("Synod-Slot"));
    assertThat(get("/maps/m?notBefore=1").headers().firstValue("Synod-Level"))
        .hasValue("not-before");
    assertThat(
            get("/maps/m/k", "If-None-Match", written.headers().firstValue("ETag").orElse(""))
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void aTagOfAnotherHistoryOfTheGroupMatchesNothing() {
    String tag = put("/maps/m/k", "1").headers().firstValue("ETag").orElseThrow();
    String other = tag.replace("aa-", "bb-");
    problem(put("/maps/m/k", "2", "If-Match", other), 412, "conflict");
    assertThat(get("/maps/m/k", "If-None-Match", other).statusCode()).isEqualTo(200);
    String version = tag.replace("00000000000000aa-", "");
    assertThat(put("/maps/m/k", "2", "If-Match", version).statusCode())
        .as("a version without a history is of the present one")
        .isEqualTo(200);
  }

  @Test
  void compareAndSetTellsTheLoserWhatVersionItLostTo() {
    String first = put("/maps/m/k", "1").headers().firstValue("ETag").orElseThrow();
    assertThat(put("/maps/m/k", "2", "If-Match", first).statusCode()).isEqualTo(200);
    JsonObject conflict = problem(put("/maps/m/k", "3", "If-Match", first), 412, "conflict");
    assertThat(get("/maps/m/k").body()).isEqualTo("2");
    assertThat(get("/maps/m/k").headers().firstValue("ETag"))
        .hasValue("\"00000000000000aa-" + conflict.getLong("version") + "\"");
    problem(put("/maps/m/absent", "3", "If-Match", "*"), 412, "conflict");
    problem(put("/maps/m/absent", "3", "If-Match", "\"7\""), 412, "conflict");
    assertThat(put("/maps/m/absent", "3", "If-None-Match", "*").statusCode()).isEqualTo(201);
    problem(put("/maps/m/absent", "4", "If-None-Match", "*"), 412, "conflict");
  }

  @Test
  void aRemovedKeyIsNotFound() {
    String tag = put("/maps/m/k", "1").headers().firstValue("ETag").orElseThrow();
    problem(send(to("/maps/m/k").DELETE().header("If-Match", "\"99\"")), 412, "conflict");
    assertThat(send(to("/maps/m/k").DELETE().header("If-Match", tag)).statusCode()).isEqualTo(200);
    problem(get("/maps/m/k"), 404, "no-such-key");
    problem(send(to("/maps/m/k").DELETE()), 404, "no-such-key");
  }

  @Test
  void keysMayHoldWhateverAnAddressCanEscape() {
    assertThat(put("/maps/m/a%2Fb%20%3F%C3%A9+%25", "1").statusCode()).isEqualTo(200);
    assertThat(get("/maps/m/a%2Fb%20%3F%C3%A9+%25").body()).isEqualTo("1");
    JsonObject list = new JsonObject(get("/maps/m").body());
    assertThat(list.getJsonArray("entries").getJsonObject(0).getString("key"))
        .isEqualTo("a/b ?é+%");
  }

  @Test
  void aBodyIsTheValueWhateverItsTypeSays() {
    put("/maps/m/k", "100%&=", "Content-Type", "application/x-www-form-urlencoded");
    assertThat(get("/maps/m/k").body()).isEqualTo("100%&=");
    assertThat(put("/maps/m/empty", "").statusCode()).isEqualTo(200);
    assertThat(get("/maps/m/empty").statusCode()).isEqualTo(200);
  }

  @Test
  void bytesThatAreNoTextAreOctetsAndBase64() {
    send(to("/maps/m/k").PUT(BodyPublishers.ofByteArray(new byte[] {-1, 0, 1})));
    assertThat(get("/maps/m/k").headers().firstValue("Content-Type"))
        .hasValue("application/octet-stream");
    JsonObject entry =
        new JsonObject(get("/maps/m").body()).getJsonArray("entries").getJsonObject(0);
    assertThat(entry.getJsonObject("value").getString("base64")).isEqualTo("/wAB");
  }

  @Test
  void aMapIsListedPageByPage() {
    for (int i = 0; i < 25; i++) {
      put("/maps/m/a%02d".formatted(i), "v" + i);
    }
    put("/maps/m/b", "x");
    JsonObject first = new JsonObject(get("/maps/m?prefix=a&limit=20").body());
    assertThat(first.getJsonArray("entries")).hasSize(20);
    assertThat(first.getLong("slot")).isEqualTo(26);
    JsonObject rest =
        new JsonObject(get("/maps/m?prefix=a&limit=20&after=" + first.getString("next")).body());
    assertThat(rest.getJsonArray("entries")).hasSize(5);
    assertThat(rest.containsKey("next")).isFalse();
    assertThat(new JsonObject(get("/maps/other").body()).getJsonArray("entries")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /maps/m?limit=0, 400, bad-request, limit",
    "GET, /maps/m?limit=1001, 400, bad-request, limit",
    "PUT, /maps/m/k?ttl=0, 400, bad-request, ttl",
    "PUT, /maps/m/k?ttl=-5, 400, bad-request, ttl",
    "PUT, /maps/m/k?ttl=soon, 400, bad-request, ttl",
    "PUT, /maps/m/k?ttl=9999999999999999, 400, bad-request, ttl",
    "DELETE, /maps/m/k?ttl=5, 400, bad-request, ttl",
    "GET, /maps/m?limit=abc, 400, bad-request, limit",
    "GET, /maps/m?limit=99999999999999999999, 400, bad-request, limit",
    "GET, /maps/m?limit=1&limit=2, 400, bad-request, more than once",
    "GET, /maps/m?color=red, 400, bad-request, color",
    "GET, /maps/m/k?level=sometimes, 400, bad-request, sometimes",
    "GET, /maps/m/k?within=soon, 400, bad-request, soon",
    "GET, /maps/m/k?within=1&notBefore=2, 400, bad-request, one of the parameters",
    "GET, /maps/m/watch?from=-1, 400, bad-request, from",
    "GET, /maps/m/watch?from=1.5, 400, bad-request, from",
    "GET, /nothing, 404, not-found, nothing",
    "GET, /maps, 400, bad-request, map",
    "PUT, /maps?map=m, 400, bad-request, key",
    "PUT, /maps?map=m&key=, 400, bad-request, key",
    "DELETE, /maps/m/watch, 400, reserved-key, stream",
    "GET, /maps/m/k/more, 404, not-found, more",
    "POST, /maps/m, 405, method-not-allowed, GET",
    "POST, /maps/m/k, 405, method-not-allowed, PUT",
    "PUT, /status, 405, method-not-allowed, GET",
    "PUT, /maps/m/watch, 400, reserved-key, stream",
  })
  void aBadRequestIsAnsweredWithANamedProblem(
      String method, String path, int status, String code, String word) {
    HttpResponse<String> answer = send(to(path).method(method, BodyPublishers.noBody()));
    assertThat(problem(answer, status, code).getString("detail")).contains(word);
    if (status == 405) {
      assertThat(answer.headers().firstValue("Allow").orElse("")).contains(word);
    }
  }

  @Test
  void aMapsNameAndAKeyHaveTheirLimits() {
    problem(put("/maps/" + "n".repeat(129) + "/k", "1"), 400, "bad-request");
    problem(put("/maps/m/" + "k".repeat(1025), "1"), 413, "too-large");
    problem(put("/maps/m/k", "1", "Content-Encoding", "gzip"), 415, "unsupported-media-type");
    problem(
        put("/maps/m/k", "1", "Content-Type", "multipart/form-data; boundary=x"),
        415,
        "unsupported-media-type");
  }

  @Test
  void aBodyOverTheLimitWritesNothing() {
    int limit = synod.options().getMaxValueBytes();
    assertThat(put("/maps/m/k", "x".repeat(limit)).statusCode()).isEqualTo(200);
    assertThat(
            problem(put("/maps/m/k", "y".repeat(limit + 1)), 413, "too-large").getString("detail"))
        .contains(limit + " bytes");
    assertThat(get("/maps/m/k").body()).startsWith("x");
  }

  @Test
  void eachWayToFailHasAProblemOfItsOwn() {
    synod.failWith(new SynodException.Busy("full"));
    HttpResponse<String> busy = put("/maps/m/k", "1");
    problem(busy, 429, "busy");
    assertThat(busy.headers().firstValue("Retry-After")).hasValue("1");
    synod.failWith(new SynodException.NoQuorum("n2, n3 do not answer"));
    problem(get("/maps/m/k"), 503, "no-quorum");
    problem(get("/maps/m"), 503, "no-quorum");
    synod.failWith(new SynodException.OutcomeUnknown("10 s went by"));
    problem(put("/maps/m/k", "1"), 504, "outcome-unknown");
    assertThat(explained("outcome-unknown")).contains("once or never, now or later");
    synod.failWith(new SynodException.SessionExpired("15 s of silence"));
    problem(put("/maps/m/k", "1"), 503, "session-expired");
    synod.failWith(new SynodException.Rejected(7, "no such command"));
    problem(put("/maps/m/k", "1"), 422, "rejected");
    synod.failWith(new SynodException.Closed("n1 is stopped"));
    problem(get("/status"), 503, "closed");
    synod.failWith(null);
    problem(get("/maps/m/k"), 404, "no-such-key");
  }

  private String explained(String code) {
    return send(HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + web.actualPort() + "/problems/" + code)))
        .body();
  }

  @Test
  void statusTellsOfTheMemberAndOfItsSubscribers() {
    JsonObject status = new JsonObject(get("/status").body());
    assertThat(status.getString("summary")).isEqualTo("1 of 1 up");
    assertThat(status.getJsonObject("web").getJsonObject("subscribers").getInteger("sockets"))
        .isZero();
  }

  @Test
  void aPageOfAnotherOriginIsRefusedUnlessItIsAPeers() {
    await(web.close());
    web =
        SynodWeb.create(
            vertx, synod, new WebOptions().setPort(0).setPeers(List.of("http://127.0.0.1:9")));
    await(web.listen());
    HttpResponse<String> own = withOrigin("http://127.0.0.1:" + web.actualPort());
    assertThat(own.statusCode()).isEqualTo(200);
    HttpResponse<String> peer = withOrigin("http://127.0.0.1:9");
    assertThat(peer.statusCode()).isEqualTo(200);
    assertThat(peer.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("http://127.0.0.1:9");
    HttpResponse<String> other = withOrigin("http://evil.example");
    problem(other, 403, "origin-refused");
    assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  private HttpResponse<String> withOrigin(String origin) {
    return get("/status", "Origin", origin);
  }

  @Test
  void aTokenIsAskedForWhereThereIsOne() {
    await(web.close());
    web = SynodWeb.create(vertx, synod, new WebOptions().setPort(0).setToken("s3cret"));
    await(web.listen());
    problem(put("/maps/m/k", "1"), 401, "denied");
    problem(put("/maps/m/k", "1", "Authorization", "Bearer guess"), 401, "denied");
    assertThat(put("/maps/m/k", "1", "Authorization", "Bearer s3cret").statusCode()).isEqualTo(200);
  }

  @Test
  void aPortInUseIsNamed() {
    assertThatThrownBy(
            () ->
                await(
                    SynodWeb.create(
                            Vertx.vertx(), synod, new WebOptions().setPort(web.actualPort()))
                        .listen()))
        .isInstanceOf(SynodWeb.ListenException.class)
        .hasMessageContaining("port " + web.actualPort() + " of 127.0.0.1")
        .hasMessageContaining("set \"port\" to another");
  }

  @Test
  void anApplicationMountsItWhereItLikes() {
    Router router = Router.router(vertx);
    router.route().handler(io.vertx.ext.web.handler.BodyHandler.create(false));
    router.route("/synod/*").subRouter(web.router());
    int port =
        await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();
    String base = "http://127.0.0.1:" + port + "/synod";
    HttpResponse<String> written =
        send(
            HttpRequest.newBuilder(URI.create(base + "/api/v1/maps/m/k"))
                .PUT(BodyPublishers.ofString("1")));
    assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
    HttpResponse<String> missing =
        send(HttpRequest.newBuilder(URI.create(base + "/api/v1/maps/m/none")));
    String type = new JsonObject(missing.body()).getString("type");
    assertThat(type).isEqualTo("/synod/problems/no-such-key");
    assertThat(
            send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + type)))
                .statusCode())
        .isEqualTo(200);
    assertThat(send(HttpRequest.newBuilder(URI.create(base + "/"))).body()).contains("<title>");
  }
}
