package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.data.map.HistoryLimits;
import dev.synod.quorum.QuorumSpec;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.SynodException;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupApiTest {
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final HttpClient http = HttpClient.newHttpClient();
  private final SynodWeb web =
      await(SynodWeb.create(vertx, synod, new WebOptions().setPort(0)).listen());

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private HttpResponse<String> send(String method, String path, String body) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.actualPort() + path))
              .method(method, BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void showsMembersAndFormerMembers() {
    HttpResponse<String> answer = send("GET", "/api/v1/members", "");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonObject group = new JsonObject(answer.body());
    assertThat(group.getLong("configuration")).isEqualTo(3);
    assertThat(group.getJsonArray("learners")).isEqualTo(JsonArray.of("n1", "watcher"));
    assertThat(group.getJsonObject("roles").getJsonArray("watcher"))
        .isEqualTo(JsonArray.of("learner"));
    assertThat(group.getJsonArray("left")).isEqualTo(JsonArray.of("n0"));
  }

  @Test
  void aChangeIsTakenWithAllItsParts() {
    String body =
        "{'add':['b'],'learn':['c'],'remove':['n1'],'quorum':{'rule':'counts','phase2':2},'force':true}";

    assertThat(send("POST", "/api/v1/members", body.replace('\'', '"')).statusCode())
        .isEqualTo(200);

    assertThat(synod.changes())
        .containsExactly(
            GroupChange.NONE
                .add("b")
                .learn("c")
                .remove("n1")
                .quorum(new QuorumSpec.Counts(null, 2))
                .force());
  }

  @Test
  void theQuorumsAreChangedAlone() {
    String body = "{\"quorum\":{\"rule\":\"majority\"}}";

    assertThat(send("PUT", "/api/v1/quorums", body).statusCode()).isEqualTo(200);

    assertThat(synod.changes()).containsExactly(GroupChange.NONE.quorum(new QuorumSpec.Majority()));
  }

  @Test
  void leadershipMovesToTheNamedMember() {
    assertThat(send("PUT", "/api/v1/leader", "{\"member\":\"b\"}").statusCode()).isEqualTo(200);
    assertThat(synod.successors()).containsExactly("b");
  }

  @Test
  void whatIsWrongWithABodyIsNamed() {
    for (String body :
        new String[] {
          "", "[]", "{", "{\"ad\":[\"b\"]}", "{\"add\":\"b\"}", "{\"quorum\":{\"rule\":\"none\"}}"
        }) {
      HttpResponse<String> answer = send("POST", "/api/v1/members", body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.body()).as(body).contains("the body is invalid");
    }
    assertThat(send("PUT", "/api/v1/quorums", "{}").body()).contains("quorum: is missing");
    assertThat(send("PUT", "/api/v1/leader", "{}").body()).contains("member: is missing");
    assertThat(synod.changes()).isEmpty();
  }

  @Test
  void aRefusalIsAConflictThatSaysWhy() {
    synod.failWith(new SynodException.ChangeRefused("id-used-before", "b has left before"));

    HttpResponse<String> answer = send("POST", "/api/v1/members", "{\"add\":[\"b\"]}");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("b has left before");
  }
}
