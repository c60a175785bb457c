package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.data.map.HistoryLimits;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API against RFC 9110: methods, conditions and encodings, each with each. */
class HttpConformanceTest {
  private static final String PEER = "http://node-2.example:8082";

  /** Conditions; V stands for the version of the entry, O for an older one. */
  private static final List<String> CONDITIONS =
      List.of(
          "",
          "If-Match: *",
          "If-Match: \"V\"",
          "If-Match: \"O\"",
          "If-Match: W/\"V\"",
          "If-Match: \"abc\"",
          "If-Match: \"O\", \"V\"",
          "If-Match: \"O\",, \"a,b\" ,W/\"V\"",
          "If-None-Match: *",
          "If-None-Match: \"V\"",
          "If-None-Match: W/\"V\"",
          "If-None-Match: \"O\"",
          "If-None-Match: \"O\", W/\"V\"",
          "If-None-Match: \"abc\", W/\"O\"",
          "If-Match: \"V\"\nIf-None-Match: \"O\"",
          "If-Match: \"V\"\nIf-None-Match: \"V\"",
          "If-Match: *\nIf-None-Match: *");

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final SynodWeb web =
      SynodWeb.create(vertx, synod, new WebOptions().setPort(0).setPeers(List.of(PEER)));

  @BeforeEach
  void listen() {
    await(web.listen());
  }

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private RawHttp.Answer ask(String method, String target, String body, String... headers) {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      return connection.request(method, target, body, headers);
    }
  }

  private RawHttp.Answer put(String key, String value, String... headers) {
    return ask("PUT", "/api/v1/maps/m/" + key, value, headers);
  }

  private RawHttp.Answer get(String key, String... headers) {
    return ask("GET", "/api/v1/maps/m/" + key, "", headers);
  }

  private static String[] headers(String conditions, String version, String older) {
    List<String> headers = new ArrayList<>();
    for (String line : conditions.lines().toList()) {
      if (!line.isEmpty()) {
        headers.add(line.substring(0, line.indexOf(':')));
        headers.add(
            line.substring(line.indexOf(':') + 2).replace("V", version).replace("O", older));
      }
    }
    return headers.toArray(String[]::new);
  }

  /** RFC 9110, section 13: whether the method is performed on an entry that is there. */
  private static boolean holds(String conditions) {
    boolean holds = true;
    for (String line : conditions.lines().toList()) {
      if (line.startsWith("If-Match")) {
        holds &= line.contains("*") || line.replace("W/\"V\"", "").contains("\"V\"");
      } else if (line.startsWith("If-None-Match")) {
        holds &= !line.contains("*") && !line.contains("\"V\"");
      }
    }
    return holds;
  }

  @Test
  void aMemberWithoutAGroupComparesNoVersion() {
    String version = put("k", "now").header("ETag").replace("\"", "");
    synod.identify("");
    for (String condition : CONDITIONS) {
      boolean comparesVersion = condition.contains("\"");
      for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
        RawHttp.Answer answer =
            ask(
                method,
                "/api/v1/maps/m/none",
                method.equals("PUT") ? "new" : "",
                headers(condition, version, version));
        if (comparesVersion) {
          assertThat(answer.status()).as(method + " with " + condition).isEqualTo(503);
        } else {
          assertThat(answer.status()).as(method + " with " + condition).isNotEqualTo(503);
        }
      }
    }
    for (String resource : List.of("/api/v1/members", "/api/v1/quorums")) {
      assertThat(ask("GET", resource, "", "If-None-Match", "\"" + version + "\"").status())
          .isEqualTo(503);
    }
  }

  @Test
  void eachConditionMeansWithEachMethodWhatTheStandardSaysOfAnEntryThatIsThere() {
    for (String condition : CONDITIONS) {
      for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
        String older = put("k", "old").header("ETag").replace("\"", "");
        String tag = put("k", "now").header("ETag");
        String[] headers = headers(condition, tag.replace("\"", ""), older);
        boolean reads = method.equals("GET") || method.equals("HEAD");
        RawHttp.Answer answer =
            ask(method, "/api/v1/maps/m/k", method.equals("PUT") ? "new" : "", headers);

        boolean wrongMatch = condition.contains("If-Match") && !holds(ifMatch(condition));
        int expected = holds(condition) ? 200 : reads && !wrongMatch ? 304 : 412;
        assertThat(answer.status()).as(method + " with " + condition).isEqualTo(expected);
        if (expected == 304) {
          assertThat(answer.header("ETag")).as(condition).isEqualTo(tag);
        }
        RawHttp.Answer after = get("k");
        boolean changed = expected == 200 && !reads;
        assertThat(after.status())
            .as(method + " with " + condition)
            .isEqualTo(changed && method.equals("DELETE") ? 404 : 200);
        if (!(changed && method.equals("DELETE"))) {
          assertThat(after.body())
              .as(method + " with " + condition)
              .isEqualTo(changed ? "new" : "now");
        }
      }
    }
  }

  private static String ifMatch(String conditions) {
    return conditions.lines().filter(line -> line.startsWith("If-Match")).findFirst().orElse("");
  }

  @Test
  void eachConditionMeansWhatTheStandardSaysOfAnEntryThatIsAbsent() {
    for (String condition : CONDITIONS) {
      String[] headers = headers(condition, "17", "3");
      boolean matches = condition.contains("If-Match");
      assertThat(get("absent", headers).status()).as(condition).isEqualTo(matches ? 412 : 404);
      assertThat(ask("DELETE", "/api/v1/maps/m/absent", "", headers).status())
          .as(condition)
          .isEqualTo(matches ? 412 : 404);
      RawHttp.Answer written = put("absent", "v", headers);
      boolean created = condition.contains("If-None-Match") && !matches;
      assertThat(written.status()).as(condition).isEqualTo(matches ? 412 : created ? 201 : 200);
      assertThat(get("absent").status()).as(condition).isEqualTo(matches ? 404 : 200);
      ask("DELETE", "/api/v1/maps/m/absent", "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17",
        "\"1",
        "1\"",
        "w/\"1\"",
        "*, \"1\"",
        "\"1\" \"2\"",
        "\"a\"b\"",
        "W/",
        "",
        ","
      })
  void aConditionThatIsNoListOfTagsIsABadRequest(String value) {
    put("k", "1");
    for (String header : List.of("If-Match", "If-None-Match")) {
      for (String method : List.of("GET", "PUT", "DELETE")) {
        assertThat(ask(method, "/api/v1/maps/m/k", "", header, value).status())
            .as(method + " with " + header + ": " + value)
            .isEqualTo(400);
      }
    }
    assertThat(get("k").body()).isEqualTo("1");
  }

  @Test
  void aConditionInTwoFieldsIsOneList() {
    String older = put("k", "1").header("ETag");
    String tag = put("k", "2").header("ETag");
    assertThat(get("k", "If-None-Match", older, "If-None-Match", tag).status()).isEqualTo(304);
    assertThat(put("k", "3", "If-Match", older, "If-Match", tag).status()).isEqualTo(200);
  }

  @Test
  void theGroupIsChangedOnlyFromTheConfigurationThatTheConditionNames() {
    String tag = ask("GET", "/api/v1/members", "").header("ETag");
    assertThat(tag).isEqualTo("\"00000000000000aa-3\"");
    assertThat(ask("GET", "/api/v1/quorums", "").header("ETag")).isEqualTo(tag);
    assertThat(ask("GET", "/api/v1/members", "", "If-None-Match", tag).status()).isEqualTo(304);
    String add = "{\"add\":[\"b\"]}";
    assertThat(ask("POST", "/api/v1/members", add, "If-Match", "\"2\"").status()).isEqualTo(412);
    assertThat(ask("POST", "/api/v1/members", add, "If-None-Match", "*").status()).isEqualTo(412);
    String quorum = "{\"quorum\":{\"rule\":\"majority\"}}";
    assertThat(ask("PUT", "/api/v1/quorums", quorum, "If-Match", "W/\"3\"").status())
        .isEqualTo(412);
    String elsewhere = tag.replace("aa-", "bb-");
    assertThat(ask("POST", "/api/v1/members", add, "If-Match", elsewhere).status())
        .as("configuration 3 of another history of the group")
        .isEqualTo(412);
    assertThat(synod.changes()).isEmpty();
    assertThat(ask("POST", "/api/v1/members", add, "If-Match", "\"2\", " + tag).status())
        .isEqualTo(200);
    assertThat(ask("PUT", "/api/v1/quorums", quorum, "If-Match", "\"3\"").status()).isEqualTo(200);
    assertThat(synod.changes()).hasSize(2);
  }

  @Test
  void whatHasNoVersionIsNotDoneUnderACondition() {
    for (String target : List.of("PUT /api/v1/leader", "POST /api/v1/snapshot")) {
      String[] parts = target.split(" ", -1);
      assertThat(ask(parts[0], parts[1], "{\"member\":\"b\"}", "If-Match", "\"1\"").status())
          .as(target)
          .isEqualTo(412);
    }
    assertThat(synod.successors()).isEmpty();
  }

  @Test
  void headAnswersWhereverGetDoesWithTheSameHeadersAndNoBody() {
    put("k", "value");
    for (String target :
        List.of(
            "/",
            "/synod.js",
            "/problems/busy",
            "/health/live",
            "/api/v1/status",
            "/api/v1/members",
            "/api/v1/quorums",
            "/api/v1/maps/m",
            "/api/v1/maps/m/k",
            "/api/v1/maps/m/absent",
            "/feed/info")) {
      RawHttp.Answer get = ask("GET", target, "");
      RawHttp.Answer head = ask("HEAD", target, "");
      assertThat(head.status()).as(target).isEqualTo(get.status());
      assertThat(head.header("Content-Type")).as(target).isEqualTo(get.header("Content-Type"));
      assertThat(head.header("ETag")).as(target).isEqualTo(get.header("ETag"));
      if (!target.equals("/feed/info")) { // by SockJS, and of another length each time
        assertThat(head.header("Content-Length"))
            .as(target)
            .isEqualTo(get.header("Content-Length"));
      }
    }
    RawHttp.Answer stream = ask("HEAD", "/api/v1/maps/m/watch", "");
    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(web.stats().streams()).isZero();
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      assertThat(connection.request("HEAD", "/api/v1/maps/m/k", "").status()).isEqualTo(200);
      assertThat(connection.request("GET", "/api/v1/maps/m/k", "").body()).isEqualTo("value");
    }
  }

  @Test
  void anAddressTellsItsMethods() {
    for (String target : List.of("/api/v1/maps/m/k", "/api/v1/maps/m", "/health/live")) {
      RawHttp.Answer answer = ask("OPTIONS", target, "");
      assertThat(answer.status()).as(target).isEqualTo(204);
      assertThat(answer.header("Allow")).as(target).contains("GET, HEAD");
    }
    assertThat(ask("PATCH", "/api/v1/maps/m/k", "").status()).isEqualTo(405);
    assertThat(ask("PATCH", "/api/v1/maps/m/k", "").header("Allow")).contains("HEAD", "DELETE");
  }

  @Test
  void aBodyThatWaitsForAWordIsAskedFor() {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.send(
          String.join(
              "\r\n",
              "PUT /api/v1/maps/m/k HTTP/1.1",
              "Host: localhost",
              "Content-Length: 5",
              "Expect: 100-continue",
              "",
              ""));
      assertThat(connection.answer("PUT").status()).isEqualTo(100);
      assertThat(connection.send("value").answer("PUT").status()).isEqualTo(200);
      assertThat(connection.request("GET", "/api/v1/maps/m/k", "").body()).isEqualTo("value");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /api/v1/maps/m/k, If-Match: \"x, 400",
    "PUT, /api/v1/maps/m/k, Content-Encoding: gzip, 415",
    "PUT, /api/v1/maps/m/k, Content-Length: 99999999, 413",
    "POST, /api/v1/members, Content-Length: 99999999, 413",
    "PUT, /api/v1/maps/m/k, Expect: 200-ok, 417",
    "PUT, /nothing, Accept: x, 404"
  })
  void aBodyThatWouldBeRefusedIsNotAskedFor(
      String method, String target, String header, int status) {
    try (RawHttp connection = new RawHttp(web.actualPort())) {
      connection.send(
          method
              + " "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\n"
              + (header.startsWith("Content-Length") ? "" : "Content-Length: 5\r\n")
              + (header.startsWith("Expect") ? "" : "Expect: 100-continue\r\n")
              + header
              + "\r\n\r\n");
      assertThat(connection.answer(method).status()).isEqualTo(status);
      assertThat(connection.isClosed()).as("what follows may be the body or not").isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/maps/m/%ff",
        "/api/v1/maps/m/%c3",
        "/api/v1/maps/m/%c3%28",
        "/api/v1/maps/m/%c0%af",
        "/api/v1/maps/m/%ed%a0%80",
        "/api/v1/maps/m/%f4%90%80%80",
        "/api/v1/maps/m/%zz",
        "/api/v1/maps/m/%4",
        "/api/v1/maps/m/%",
        "/api/v1/maps/m/\u00e9",
        "/api/v1/maps/%fe/k",
        "/api/v1/maps/m?key=%ff",
        "/api/v1/maps?map=%ff&key=k"
      })
  void anEscapeThatIsNotUtf8IsABadRequest(String target) {
    assertThat(ask("PUT", target, "1").status()).isEqualTo(400);
    assertThat(ask("GET", target, "").status()).isEqualTo(400);
    assertThat(ask("GET", "/api/v1/maps/m", "").body()).contains("\"entries\":[]");
  }

  @Test
  void theListRefusesEscapesThatAreNotUtf8AsWell() {
    for (String parameter : List.of("prefix", "after")) {
      assertThat(ask("GET", "/api/v1/maps/m?" + parameter + "=%ff", "").status()).isEqualTo(400);
    }
    assertThat(ask("GET", "/api/v1/maps/m?prefix=a%20b+c%C3%A9", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "m, .",
    "m, ..",
    "m, watch",
    "m, ../leader",
    "m, a/../b",
    "m, ' '",
    "m, +",
    "m, a&key=b",
    "m, é%2F#?",
    "., k",
    ".., leader",
    "watch, watch",
    "a/b, ."
  })
  void everyKeyOfEveryMapIsReachedByItsParameters(String map, String key) {
    String target = "/api/v1/maps?map=" + escaped(map) + "&key=" + escaped(key);
    RawHttp.Answer written = ask("PUT", target, "here");
    assertThat(written.status()).as(written.body()).isEqualTo(200);
    assertThat(ask("GET", target, "").body()).isEqualTo("here");
    assertThat(ask("GET", target, "", "If-None-Match", written.header("ETag")).status())
        .isEqualTo(304);
    JsonObject list = new JsonObject(ask("GET", "/api/v1/maps?map=" + escaped(map), "").body());
    assertThat(list.getJsonArray("entries").getJsonObject(0).getString("key")).isEqualTo(key);
    assertThat(ask("DELETE", target, "").status()).isEqualTo(200);
    assertThat(ask("GET", target, "").status()).isEqualTo(404);
    assertThat(synod.successors()).isEmpty();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : Buffer.buffer(text).getBytes()) {
      escaped.append("%%%02x".formatted(b & 0xff));
    }
    return escaped.toString();
  }

  @Test
  void aKeyAtItsLimitIsReachedThoughEachByteIsEscaped() {
    int most = synod.options().getMaxKeyBytes();
    String key = "é".repeat(most / 2);
    String map = "漢".repeat(128);
    String path = "/api/v1/maps/" + escaped(map) + "/" + escaped(key);
    assertThat(ask("PUT", path, "1").status()).isEqualTo(200);
    assertThat(ask("GET", "/api/v1/maps?map=" + escaped(map) + "&key=" + escaped(key), "").body())
        .isEqualTo("1");
    assertThat(
            ask(
                    "GET",
                    "/api/v1/maps/"
                        + escaped(map)
                        + "?prefix="
                        + escaped(key)
                        + "&after="
                        + escaped(key),
                    "")
                .status())
        .isEqualTo(200);
    assertThat(ask("PUT", path + "%41", "1").status()).isEqualTo(413);
  }

  @Test
  void aPartOfABodyIsNotTakenForTheWhole() {
    put("k", "whole");
    assertThat(put("k", "part", "Content-Range", "bytes 0-3/10").status()).isEqualTo(400);
    assertThat(get("k").body()).isEqualTo("whole");
  }

  @Test
  void encodingsAreNamedWithoutRegardToCase() {
    assertThat(put("k", "1", "Content-Encoding", "Identity").status()).isEqualTo(200);
    assertThat(put("k", "2", "Content-Encoding", "GZIP").status()).isEqualTo(415);
    assertThat(put("k", "2", "Content-Encoding", "identity, br").status()).isEqualTo(415);
    assertThat(put("k", "2", "Content-Type", "MultiPart/form-data").status()).isEqualTo(415);
    assertThat(get("k").body()).isEqualTo("1");
  }

  @Test
  void aPageOfAPeerMaySendAndReadTheHeadersThatItNeeds() {
    RawHttp.Answer preflight =
        ask(
            "OPTIONS",
            "/api/v1/maps/m/k",
            "",
            "Origin",
            PEER,
            "Access-Control-Request-Method",
            "PUT");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(PEER);
    assertThat(preflight.header("Access-Control-Allow-Methods"))
        .contains("GET", "HEAD", "PUT", "POST", "DELETE");
    assertThat(preflight.header("Access-Control-Allow-Headers"))
        .contains("Authorization", "Content-Type", "If-Match", "If-None-Match", "Last-Event-ID");
    RawHttp.Answer read = get("k", "Origin", PEER);
    assertThat(read.header("Access-Control-Expose-Headers"))
        .contains(
            "ETag",
            "Synod-Slot",
            "Synod-Read-Slot",
            "Synod-Level",
            "Retry-After",
            "WWW-Authenticate",
            "Allow");
    assertThat(read.header("Vary")).containsIgnoringCase("Origin");
  }
}
