package dev.synod.web.impl.feed;

import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The position from which a reader resumes. A slot means nothing in another history of the group:
 * after the group was founded anew under its name, or a configuration was forced, a reader starts
 * with a snapshot.
 *
 * @param from slot up to which the reader has every change; -1 if it has none
 * @param reason reason for a snapshot, if one is needed
 */
record Position(long from, String reason) {
  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})-([0-9]{1,16})");

  /** Returns the position of a reader that names the history of the slot, or does not. */
  static Position of(long from, @Nullable String identity, String own) {
    if (from < 0) {
      return new Position(-1, "fresh");
    }
    return identity == null || identity.equals(own)
        ? new Position(from, "history-gone")
        : new Position(-1, "another-history");
  }

  /**
   * Returns the position in the id of an event. An id without an identity, as earlier versions
   * wrote it, is of an unknown history.
   *
   * @param what name of the text, for the message
   * @throws ProblemException if the text is no position
   */
  static Position ofEvent(String what, String text, String own) {
    Matcher qualified = TEXT.matcher(text);
    if (qualified.matches()) {
      return of(
          Params.number(what, qualified.group(2), 0, ClientFrame.MAX), qualified.group(1), own);
    }
    return of(Params.number(what, text, 0, ClientFrame.MAX), "", own);
  }

  /**
   * Returns the position in a parameter: the id of an event, or a slot of the present history.
   *
   * @throws ProblemException if the text is no position
   */
  static Position ofParameter(String what, @Nullable String text, String own) {
    if (text == null) {
      return of(-1, null, own);
    }
    return TEXT.matcher(text).matches()
        ? ofEvent(what, text, own)
        : of(Params.number(what, text, 0, ClientFrame.MAX), null, own);
  }

  /** Returns the id of an event, from which a reader resumes. */
  static String id(String identity, long slot) {
    return identity + "-" + slot;
  }
}
