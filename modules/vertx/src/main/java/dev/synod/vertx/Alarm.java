package dev.synod.vertx;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * A lasting fault of a member or of its group that an operator has to act on. An alarm is logged
 * once when the fault begins and once when it ends; a fault that lasts only a moment raises no
 * alarm.
 *
 * @param code kind of the alarm, for programs: {@code cannot-decide}, {@code cannot-elect}, {@code
 *     unreachable.<member>}, {@code lagging}, {@code disk-slow}, {@code queue-full}, {@code
 *     stopped}, {@code certificate-ends.<use>}, and the codes of {@linkplain Synod#addHealthCheck
 *     other checks}
 * @param since time at which the fault began
 * @param text description of the fault and of its remedy, for a person
 */
public record Alarm(String code, Instant since, String text) {
  /**
   * Returns the alarm as JSON with the fields {@code code}, {@code since} (ISO-8601, UTC) and
   * {@code text}.
   */
  public JsonObject toJson() {
    return new JsonObject().put("code", code).put("since", since.toString()).put("text", text);
  }
}
