package dev.synod.app.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, whichever member it goes to. It must be safe to send it again without knowing what
 * became of it.
 *
 * @param path below the member's URL
 */
public record HttpCall(
    HttpMethod method, String path, Map<String, String> headers, @Nullable Buffer body) {
  public HttpCall {
    headers = Map.copyOf(headers);
  }

  public static HttpCall get(String path) {
    return new HttpCall(HttpMethod.GET, path, Map.of(), null);
  }
}
