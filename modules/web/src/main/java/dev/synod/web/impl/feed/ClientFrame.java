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

/** A frame from a page: a JSON object with a field {@code type}. */
sealed interface ClientFrame {
  /** The version of the feed's protocol. */
  int VERSION = 1;

  /** The largest slot, id or time: the largest integer that JavaScript represents exactly. */
  long MAX = Params.MAX;

  int MAX_TEXT = 4096;
  int DEPTH = 8;

  /**
   * The first frame, with the credentials of the page.
   *
   * @param seen slot that the page has seen
   * @param identity identity of the history of that slot; null if the page does not say
   */
  record Hello(
      int v, Credentials shown, @Nullable String cluster, long seen, @Nullable String identity)
      implements ClientFrame {}

  /**
   * Subscribes to a map.
   *
   * @param from slot up to which the page has every change; -1 if it has none
   * @param identity identity of the history of that slot; null if the page does not say
   */
  record Sub(long id, String topic, long from, @Nullable String identity, Policy policy)
      implements ClientFrame {}

  /** Ends a subscription. */
  record Unsub(long id) implements ClientFrame {}

  /**
   * Acknowledges every frame of a subscription up to this index, and of a snapshot up to this page.
   */
  record Ack(long id, long index, int page) implements ClientFrame {}

  /** Asks for the time; the reply contains {@code t0}. */
  record Time(double t0) implements ClientFrame {}

  /** The treatment of a slow subscriber. */
  enum Policy {
    /**
     * The subscriber gets the missed changes after an acknowledgement, or a snapshot if the history
     * is gone by then.
     */
    RESUME,
    /**
     * As {@link #RESUME}, but the missed changes come as one change with the latest value of each
     * key.
     */
    CONFLATE,
    /** The socket of the subscriber is closed with code 4008. */
    DISCONNECT
  }

  /** Thrown for a malformed frame. */
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

    /** Returns the subscription of the frame; -1 if it names none. */
    long id() {
      return id;
    }

    /** Tells whether the bytes are no JSON object, so that the socket is closed. */
    boolean fatal() {
      return code.equals("bad-json");
    }
  }

  /**
   * JSON parser with limits on nesting and token sizes; the socket limits the length of a frame.
   */
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
   * Parses a frame.
   *
   * @throws Bad with a code and a message that names the expected content
   */
  static ClientFrame parse(String text) throws Bad {
    JsonNode tree;
    try {
      tree = STRICT.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Bad("bad-json", "the frame is not valid JSON: " + why(e), -1);
    }
    if (!(tree instanceof ObjectNode object)) {
      throw new Bad("bad-json", "a frame must be a JSON object with a field \"type\"", -1);
    }
    return new Fields(object).frame();
  }

  private static String why(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "the nesting is deeper than " + DEPTH + ", or a number or a name is too long";
    } else if (e instanceof JsonParseException && e.getLocation() != null) {
      return "there is a syntax error before column " + e.getLocation().getColumnNr();
    }
    return "a frame must be a single JSON object";
  }

  /** Reads the fields of a frame one by one; a remaining field is an error. */
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
                    number("seen", 0, MAX),
                    text("identity", false));
            case "sub" ->
                new Sub(
                    number("id", -1, MAX),
                    String.valueOf(text("topic", true)),
                    object.has("from") ? number("from", -1, MAX) : -1,
                    text("identity", false),
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
                        + "\" is no type of frame, expected hello, sub, unsub, ack or time");
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
        throw bad("bad-field", "a hello must have a token, or a user with a password, or neither");
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

    /**
     * Reads a whole number from 0.
     *
     * @param absent value of a missing field; -1 makes the field required
     */
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
