package dev.synod.app.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** A request about the group itself, whose answer is JSON. */
public final class GroupCall {
  private GroupCall() {}

  public static JsonObject ask(ClientOptions client, HttpCall call) throws InterruptedException {
    HttpAnswer answer = HttpCommand.with(client, 1, members -> members.call(call));
    if (answer.status() != 200) {
      throw answer.refused();
    }
    return answer.json();
  }

  public static JsonObject ask(
      ClientOptions client, HttpMethod method, String path, JsonObject body)
      throws InterruptedException {
    return ask(client, new HttpCall(method, path, Map.of(), Buffer.buffer(body.encode())));
  }
}
