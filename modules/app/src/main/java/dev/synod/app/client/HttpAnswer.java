package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * What a member answered.
 *
 * @param inDoubt an earlier attempt of the same call was sent and never answered: it may have been
 *     done, or may be done later
 */
public record HttpAnswer(int status, MultiMap headers, Buffer body, boolean inDoubt) {
  public JsonObject json() {
    try {
      return body.toJsonObject();
    } catch (DecodeException | ClassCastException notJson) {
      throw new CommandFailure(
          ExitCode.SOFTWARE, "the answer is not of a member of Synod: " + status + " " + excerpt());
    }
  }

  /**
   * Tells whether a member gave this answer. A gateway or another server may answer as well, which
   * says nothing about the outcome of the request.
   */
  boolean isOfMember() {
    String type = headers.get("Content-Type");
    if (status == 200 || status == 201 || status == 202) {
      return headers.contains("Synod-Slot") || "application/json".equals(type);
    }
    return status >= 400
        && "application/problem+json".equals(type)
        && problemType().contains("/problems/");
  }

  /** Tells whether HTTP itself refuses the request, before any member could have handled it. */
  boolean isRefusedUnhandled() {
    return switch (status) {
      case 400, 401, 403, 405, 407, 411, 413, 414, 415, 417, 431 -> true;
      default -> false;
    };
  }

  /** Tells whether the answer is this kind of problem, such as {@code no-such-key}. */
  public boolean isProblem(String code) {
    return isOfMember() && problemType().endsWith("/problems/" + code);
  }

  private String problemType() {
    try {
      return String.valueOf(body.toJsonObject().getValue("type"));
    } catch (DecodeException | ClassCastException notJson) {
      return "";
    }
  }

  /** A problem in words (RFC 9457), or whatever the answer has. */
  public String problem() {
    try {
      JsonObject problem = body.toJsonObject();
      return problem.getString("title") + ": " + problem.getString("detail");
    } catch (DecodeException | ClassCastException notJson) {
      return "status " + status + " " + excerpt();
    }
  }

  private String excerpt() {
    String text = body.toString();
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }

  /** The end of a command whose request was refused. */
  public CommandFailure refused() {
    return switch (status) {
      case 401, 403 -> new CommandFailure(ExitCode.DENIED, problem());
      case 414, 431 ->
          new CommandFailure(ExitCode.DATA, "the key is too long to be sent: status " + status);
      case 400, 409, 412, 413, 415, 422 -> new CommandFailure(ExitCode.DATA, problem());
      default -> new CommandFailure(ExitCode.UNAVAILABLE, problem());
    };
  }
}
