package dev.synod.vertx;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * A state of a member or of its group that somebody should know of. It is written to the log once
 * when it begins and once when it ends; what lasts a moment only is none.
 *
 * @param code its kind, for machines: {@code cannot-decide}, {@code cannot-elect}, {@code
 *     unreachable.<member>}, {@code lagging}, {@code disk-slow}, {@code queue-full}, {@code
 *     stopped}; {@code certificate-ends.<use>}, and whatever {@linkplain Synod#addHealthCheck other
 *     checks} find
 * @param since when it began
 * @param text what it is, and what helps, for a person
 */
public record Alarm(String code, Instant since, String text) {
  /** The same as JSON. */
  public JsonObject toJson() {
    return new JsonObject().put("code", code).put("since", since.toString()).put("text", text);
  }
}
