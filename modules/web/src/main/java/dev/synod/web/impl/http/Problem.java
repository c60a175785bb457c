package dev.synod.web.impl.http;

import dev.synod.vertx.SynodException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** The kinds of problems of a request; each has a name, a status, a title and a remedy. */
public enum Problem {
  BAD_REQUEST(
      400,
      "The request is not understood",
      "Correct what `detail` names and send the request again."),
  RESERVED_KEY(
      400,
      "This key cannot be written over HTTP",
      "`…/watch` is the stream of a map's changes; choose another key."),
  DENIED(
      401,
      "The token or the password is missing or wrong",
      "Send `Authorization: Bearer <token>`, or `Basic` with a user's name and password, as this"
          + " node is set up."),
  FORBIDDEN(
      403,
      "You may not do that",
      "`detail` names the missing permission. The users file of the node grants it to a user, the"
          + " issuer of a token grants it in the token."),
  ORIGIN_REFUSED(
      403,
      "Pages of this origin may not use this node",
      "Name the origin among the node's `peers`, or serve the page from the node itself."),
  HOST_REFUSED(
      421,
      "This node is not asked under that name",
      "Use a name of this machine or of a peer, or add the name to the node's `web.hosts`. With"
          + " authentication every name may be used."),
  NOT_FOUND(404, "There is nothing here", "See `GET /api/v1/status` and the address of a map."),
  NO_SUCH_KEY(404, "The map has no such key", "Write it with PUT, or list the map."),
  METHOD_NOT_ALLOWED(
      405,
      "This address has no such method",
      "The header `Allow` lists the methods of the address."),
  NEEDED(
      409,
      "This member is needed to elect a leader",
      "Start another member first, or add `force=true`: the group then cannot replace its leader."),
  CHANGE_REFUSED(
      409,
      "The group cannot be changed like that",
      "Nothing changed. `detail` says what to do; see `GET /api/v1/members`."),
  REQUEST_TIMEOUT(
      408,
      "The body of the request did not arrive in time",
      "Nothing was written. Send it again, over a connection that is fast enough."),
  CONFLICT(
      412,
      "The entry is not at that version",
      "Nothing was written. Read the entry again and send its new ETag in `If-Match`."),
  PRECONDITION_FAILED(
      412,
      "The condition of the request is not met",
      "Nothing was changed. Read the resource again and send its new ETag in `If-Match`."),
  TOO_LARGE(
      413, "The value is larger than its limit", "Nothing was written. Send a smaller value."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "A value is the plain body of the request",
      "Send the value itself as the body, not compressed and not as a form with parts."),
  EXPECTATION_FAILED(
      417,
      "The request expects what this node does not know",
      "`Expect` may be `100-continue`, or be left out."),
  REJECTED(
      422,
      "The command was decided and refused",
      "Every replica refused the command; `detail` says why. Nothing changed."),
  TOO_MANY_REQUESTS(
      429,
      "There are too many requests",
      "Nothing was done. Retry after the seconds in `Retry-After`."),
  BUSY(429, "Too many requests are waiting", "Nothing was written. Retry after a short delay."),
  INTERNAL(500, "This node failed unexpectedly", "Its log has the details."),
  NO_QUORUM(
      503,
      "No leader with a quorum was found in time",
      "Nothing was written and nothing will be. `GET /api/v1/status` names the unreachable"
          + " members."),
  SESSION_EXPIRED(
      503,
      "The session of this node had ended",
      "The group had not heard from this node for too long. Nothing was written and nothing will"
          + " be: send the request again."),
  LAGGING(
      503,
      "This node has not caught up with what you have seen",
      "Use another node, or retry after a short delay."),
  CLOSED(503, "This member is stopped", "Use another node."),
  OVERLOADED(503, "This node serves as many subscribers as it may", "Use another node."),
  OUTCOME_UNKNOWN(
      504,
      "The outcome of the command is unknown",
      "The group may decide the command once or never, now or later. Read the entry to find out; do"
          + " not treat this as a failure.");

  final int status;
  public final String title;
  final String advice;

  Problem(int status, String title, String advice) {
    this.status = status;
    this.title = title;
    this.advice = advice;
  }

  /** Returns the last part of the problem's address, which is also its code on the feed. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the problem details of RFC 9457, section 3. */
  public JsonObject toJson(String base, String detail) {
    return new JsonObject()
        .put("type", base + "/problems/" + code())
        .put("title", title)
        .put("status", status)
        .put("detail", detail);
  }

  /** Returns the kind of problem of a failed request to the group. */
  static Problem of(SynodException failure) {
    if (failure instanceof SynodException.Busy) {
      return BUSY;
    } else if (failure instanceof SynodException.NoQuorum) {
      return NO_QUORUM;
    } else if (failure instanceof SynodException.SessionExpired) {
      return SESSION_EXPIRED;
    } else if (failure instanceof SynodException.OutcomeUnknown) {
      return OUTCOME_UNKNOWN;
    } else if (failure instanceof SynodException.TooLarge) {
      return TOO_LARGE;
    } else if (failure instanceof SynodException.ChangeRefused
        || failure instanceof SynodException.NotAdmitted) {
      return CHANGE_REFUSED;
    } else if (failure instanceof SynodException.Closed) {
      return CLOSED;
    }
    return REJECTED;
  }
}
