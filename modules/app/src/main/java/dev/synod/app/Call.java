package dev.synod.app;

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
record Call(HttpMethod method, String path, Map<String, String> headers, @Nullable Buffer body) {
  Call {
    headers = Map.copyOf(headers);
  }

  static Call get(String path) {
    return new Call(HttpMethod.GET, path, Map.of(), null);
  }
}
