package dev.synod.web.impl.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.synod.web.auth.Credentials;
import dev.synod.web.impl.http.Params;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a page says on the feed: a JSON object with a {@code type}. */
sealed interface ClientFrame {
  /** The version of the protocol that is spoken here. */
  int VERSION = 1;

  /** The largest slot, id or time: the integers that JavaScript keeps apart. */
  long MAX = Params.MAX;

  int MAX_TEXT = 4096;
  int DEPTH = 8;

  /** The first frame; it shows who the page is of, if the node asks. */
  record Hello(int v, Credentials shown, @Nullable String cluster, long seen)
      implements ClientFrame {}

  /**
   * Subscribes to a map.
   *
   * @param from the page has everything up to this slot; -1 if it has nothing
   */
  record Sub(long id, String topic, long from, Policy policy) implements ClientFrame {}

  /** Ends a subscription. */
  record Unsub(long id) implements ClientFrame {}

  /**
   * Everything of the subscription up to this index, and of a snapshot up to this page, was seen.
   */
  record Ack(long id, long index, int page) implements ClientFrame {}

  /** Asks for the time; {@code t0} is given back. */
  record Time(double t0) implements ClientFrame {}

  /** What happens when a subscriber does not keep up. */
  enum Policy {
    /**
     * It is sent what it missed when it has acknowledged, or a snapshot if that is gone by then.
     */
    RESUME,
    /** As resume, but what it missed comes as one change with the latest value of each key. */
    CONFLATE,
    /** Its socket is closed with 4008. */
    DISCONNECT
  }

  /** A frame that is not understood. */
  final class Bad extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final long id;

    Bad(String code, String message, long id) {
      super(message, null, false, false);
      this.code = code;
      this.id = id;
    }

    String code() {
      return code;
    }

    /** Of the subscription it was about; -1 if it names none. */
    long id() {
      return id;
    }

    /** The bytes are no JSON object at all: no use to go on. */
    boolean fatal() {
      return code.equals("bad-json");
    }
  }

  /** Depth and token sizes are bounded here, the length of a frame by the socket that reads it. */
  ObjectMapper STRICT =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxNumberLength(32)
                          .maxNameLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads a frame.
   *
   * @throws Bad with a code and words that say what was wrong and what was expected
   */
  static ClientFrame parse(String text) throws Bad {
    JsonNode tree;
    try {
      tree = STRICT.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Bad("bad-json", "the frame is not JSON as expected: " + why(e), -1);
    }
    if (!(tree instanceof ObjectNode object)) {
      throw new Bad("bad-json", "a frame is a JSON object with a field \"type\"", -1);
    }
    return new Fields(object).frame();
  }

  private static String why(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "it is nested deeper than " + DEPTH + ", or a number or a name in it is too long";
    } else if (e instanceof JsonParseException && e.getLocation() != null) {
      return "there is a mistake before column " + e.getLocation().getColumnNr();
    }
    return "a frame is one JSON object, and nothing else";
  }

  /** Takes the fields of a frame one by one; what is left over is an error. */
  final class Fields {
    private final ObjectNode object;
    private long id = -1;

    Fields(ObjectNode object) {
      this.object = object;
    }

    ClientFrame frame() throws Bad {
      JsonNode given = object.path("id");
      if (given.isIntegralNumber() && given.canConvertToLong() && given.longValue() >= 0) {
        id = given.longValue();
      }
      String type = text("type", true);
      ClientFrame frame =
          switch (String.valueOf(type)) {
            case "hello" ->
                new Hello(
                    (int) number("v", -1, Integer.MAX_VALUE),
                    shown(),
                    text("cluster", false),
                    number("seen", 0, MAX));
            case "sub" ->
                new Sub(
                    number("id", -1, MAX),
                    String.valueOf(text("topic", true)),
                    object.has("from") ? number("from", -1, MAX) : -1,
                    policy());
            case "unsub" -> new Unsub(number("id", -1, MAX));
            case "ack" ->
                new Ack(
                    number("id", -1, MAX),
                    number("index", -1, MAX),
                    (int) number("page", 0, Integer.MAX_VALUE));
            case "time" -> new Time(decimal("t0"));
            default ->
                throw bad(
                    "unknown-type",
                    "\""
                        + type
                        + "\" is no type of frame; a page sends hello, sub, unsub, ack, time");
          };
      Iterator<String> left = object.fieldNames();
      if (left.hasNext()) {
        throw bad(
            "unknown-field",
            "a frame of type \"" + type + "\" has no field \"" + left.next() + "\"");
      }
      return frame;
    }

    private Credentials shown() throws Bad {
      String token = text("token", false);
      String user = text("user", false);
      String password = text("password", false);
      if ((user == null) != (password == null) || (token != null && user != null)) {
        throw bad("bad-field", "a hello has a token, or a user with a password, or neither");
      }
      return token != null
          ? new Credentials.Token(token)
          : user != null && password != null
              ? new Credentials.Password(user, password)
              : new Credentials.None();
    }

    private Bad bad(String code, String message) {
      return new Bad(code, message, id);
    }

    private @Nullable String text(String name, boolean required) throws Bad {
      JsonNode node = object.remove(name);
      if (node == null && !required) {
        return null;
      }
      if (node == null || !node.isTextual() || node.textValue().length() > MAX_TEXT) {
        throw bad(
            "bad-field",
            "\"" + name + "\" must be a string of at most " + MAX_TEXT + " characters");
      }
      return node.textValue();
    }

    /** A whole number from 0; {@code absent} if the field is not there, which is an error if -1. */
    private long number(String name, long absent, long max) throws Bad {
      JsonNode node = object.remove(name);
      if (node == null && absent >= 0) {
        return absent;
      }
      if (node == null
          || !node.isIntegralNumber()
          || !node.canConvertToLong()
          || node.longValue() < 0
          || node.longValue() > max) {
        throw bad("bad-field", "\"" + name + "\" must be a whole number from 0 to " + max);
      }
      return node.longValue();
    }

    private double decimal(String name) throws Bad {
      JsonNode node = object.remove(name);
      if (node == null || !node.isNumber() || !Double.isFinite(node.doubleValue())) {
        throw bad("bad-field", "\"" + name + "\" must be a number");
      }
      return node.doubleValue();
    }

    private Policy policy() throws Bad {
      String name = text("policy", false);
      if (name == null) {
        return Policy.RESUME;
      }
      for (Policy policy : List.of(Policy.values())) {
        if (policy.name().toLowerCase(Locale.ROOT).equals(name)) {
          return policy;
        }
      }
      throw bad(
          "bad-field", "\"policy\" must be resume, conflate or disconnect, not \"" + name + "\"");
    }
  }
}
