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
public record Call(HttpMethod method, String path, Map<String, String> headers, @Nullable Buffer body) {
  public Call {
    headers = Map.copyOf(headers);
  }

  public static Call get(String path) {
    return new Call(HttpMethod.GET, path, Map.of(), null);
  }
}
