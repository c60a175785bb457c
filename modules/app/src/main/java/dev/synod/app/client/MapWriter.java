package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * Sets keys of one map, and repeats what got no answer.
 *
 * <p>To repeat a plain write would be safe for its own value, but not for the order of writes: an
 * attempt that was given up may be decided after the next one, and after a later write of the same
 * key, which it then undoes. So each attempt is conditional: on the key's being absent at first,
 * then on the version that is there. Versions are never used twice, so at most one of the attempts
 * on a version is done, and none once another write was. A key that was there costs two round
 * trips.
 */
public final class MapWriter {
  private static final Map<String, String> ABSENT = Map.of("If-None-Match", "*");

  private final GroupClient client;
  private final String map;

  public MapWriter(GroupClient client, String map) {
    this.client = client;
    this.map = map;
  }

  /**
   * Sets a key.
   *
   * @return the slot in which it was decided; fails with a {@link CommandFailure}
   */
  public Future<Long> put(String key, Buffer value) {
    try {
      return put(MapOption.path(map, key), value, ABSENT);
    } catch (CommandFailure wrong) {
      return Future.failedFuture(wrong);
    }
  }

  private Future<Long> put(String path, Buffer value, Map<String, String> condition) {
    return client
        .call(new HttpCall(HttpMethod.PUT, path, condition, value))
        .compose(
            httpAnswer ->
                switch (httpAnswer.status()) {
                  case 200, 201 -> Future.succeededFuture(httpAnswer.json().getLong("slot"));
                  case 412 ->
                      httpAnswer.inDoubt()
                          ? find(path, value)
                          : put(path, value, condition(version(httpAnswer.json())));
                  default -> Future.failedFuture(httpAnswer.refused());
                });
  }

  /** After an attempt in doubt the condition may have failed because that attempt was done. */
  private Future<Long> find(String path, Buffer value) {
    return client
        .call(HttpCall.get(path))
        .compose(
            httpAnswer -> {
              if (httpAnswer.status() == 404) {
                return put(path, value, ABSENT);
              } else if (httpAnswer.status() != 200) {
                return Future.failedFuture(httpAnswer.refused());
              } else if (httpAnswer.body().equals(value)) {
                return Future.succeededFuture(Long.valueOf(httpAnswer.headers().get("Synod-Slot")));
              }
              return put(path, value, Map.of("If-Match", httpAnswer.headers().get("ETag")));
            });
  }

  private static long version(JsonObject conflict) {
    return conflict.getLong("version", 0L);
  }

  private static Map<String, String> condition(long version) {
    return version == 0 ? ABSENT : Map.of("If-Match", "\"" + version + "\"");
  }
}
