package dev.synod.simulation.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.synod.simulation.world.Violation;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A recorded history of registers of any system, as lines of JSON, which {@code synod linearize}
 * checks. Each line is one operation:
 *
 * <pre>{@code
 * {"client":"c1","key":"x","op":"write","argument":1,"result":"ok","invoked":10,"returned":12}
 * {"client":"c2","key":"x","op":"read","result":1,"invoked":11,"returned":15}
 * {"client":"c1","key":"x","op":"cas","argument":[1,2],"result":true,"invoked":13,"returned":14}
 * {"client":"c3","key":"x","op":"write","argument":3,"result":"unknown","invoked":14}
 * }</pre>
 *
 * <p>A value is any JSON but {@code "unknown"}; a register that was never written holds {@code
 * null}. Times are whole numbers of any clock that all clients share. An operation whose result is
 * {@code "unknown"} may have taken effect at any time after it was invoked, or never; the result of
 * any other write is {@code "ok"}. An operation that certainly had no effect must be left out.
 */
public final class History {
  /** A line is one object and nothing else, each field once, and numbers keep all their digits. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final TextNode OK = TextNode.valueOf("ok");
  private static final TextNode UNKNOWN = TextNode.valueOf("unknown");

  /** What {@link #check} returns for a history that is linearizable. */
  public static final int LINEARIZABLE = 0;

  /** What {@link #check} returns for a history that no order of its operations explains. */
  public static final int NOT_LINEARIZABLE = 1;

  /** What {@link #check} returns for a history with too many operations at a time to decide. */
  public static final int NOT_DECIDED = 2;

  private final List<Operation> operations = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();
  private final Map<JsonNode, Long> values = new HashMap<>();
  private final Map<String, Integer> keys = new HashMap<>();
  private int known;

  private History() {
    values.put(JSON.nullNode(), 0L);
  }

  /** Thrown for a file that is no history. The message names the line and the expected content. */
  public static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(Path file, int line, String message) {
      super(file + ":" + line + ": " + message);
    }
  }

  /**
   * Checks a file.
   *
   * @param out receives the output line by line
   * @return {@link #LINEARIZABLE}, {@link #NOT_LINEARIZABLE} or {@link #NOT_DECIDED}
   * @throws Malformed if the file is no history, or has no operation with a known result, so that
   *     nothing was checked
   * @throws IOException if the file cannot be read
   */
  public static int check(Path file, Consumer<String> out) throws IOException {
    return check(file, out, Linearizability.LIMIT);
  }

  /** The same, giving up after that many steps. */
  static int check(Path file, Consumer<String> out, long limit) throws IOException {
    History history = read(file);
    try {
      Linearizability.check(history.operations, limit);
      out.accept(
          String.format(
              Locale.ROOT,
              "linearizable: %d operations on %d keys",
              history.operations.size(),
              history.keys.size()));
      return LINEARIZABLE;
    } catch (Linearizability.Unexplained stuck) {
      out.accept(
          file
              + ":"
              + history.lines.get(history.operations.indexOf(stuck.operation()))
              + ": not linearizable: no order of the operations on this key explains the result of"
              + " this one, together with those before it");
      return NOT_LINEARIZABLE;
    } catch (Violation gaveUp) {
      out.accept(
          "not decided: "
              + gaveUp.getMessage()
              + "; record fewer operations at a time on each key");
      return NOT_DECIDED;
    }
  }

  private static History read(Path file) throws IOException {
    History history = new History();
    int number = 0;
    try {
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank()) {
          history.add(file, number, line);
        }
      }
    } catch (MalformedInputException e) {
      throw new Malformed(file, number + 1, "not text in UTF-8");
    }
    if (history.known == 0) {
      throw new Malformed(
          file,
          Math.max(1, number),
          history.keys.isEmpty()
              ? "there is no operation in this file, so there is nothing to check"
              : "every result is \"unknown\", so there is nothing to check");
    }
    return history;
  }

  private void add(Path file, int line, String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Malformed(file, line, "not JSON: " + e.getOriginalMessage());
    }
    if (!json.isObject()) {
      throw new Malformed(file, line, "expected an object, such as {\"client\":\"c1\",…}");
    }
    Line in = new Line(file, line, json);
    in.text("client");
    int key = keys.computeIfAbsent(in.text("key"), name -> keys.size());
    long invoked = in.number("invoked");
    boolean unknown = in.need("result").equals(UNKNOWN);
    known += unknown ? 0 : 1;
    long returned = Long.MAX_VALUE;
    if (!unknown) {
      returned = in.number("returned");
      if (returned < invoked) {
        throw in.malformed("it returned at " + returned + ", before it was invoked at " + invoked);
      }
    }
    Operation operation =
        switch (in.text("op")) {
          case "read" ->
              new Operation(
                  key,
                  Operation.Kind.READ,
                  0,
                  unknown ? 0 : value(in.need("result")),
                  true,
                  invoked,
                  returned,
                  unknown);
          case "write" -> {
            if (!unknown && !in.need("result").equals(OK)) {
              throw in.malformed(
                  "the result of write is \"ok\" or \"unknown\", not " + in.need("result"));
            }
            yield new Operation(
                key,
                Operation.Kind.WRITE,
                -1,
                value(in.need("argument")),
                true,
                invoked,
                returned,
                unknown);
          }
          case "cas" -> {
            JsonNode pair = in.need("argument");
            if (!pair.isArray() || pair.size() != 2) {
              throw in.malformed("the argument of cas is [expected, new], not " + pair);
            }
            if (!unknown && !in.need("result").isBoolean()) {
              throw in.malformed(
                  "the result of cas is true, false or \"unknown\", not " + in.need("result"));
            }
            yield new Operation(
                key,
                Operation.Kind.COMPARE_AND_SET,
                value(pair.get(0)),
                value(pair.get(1)),
                unknown || in.need("result").booleanValue(),
                invoked,
                returned,
                unknown);
          }
          default -> throw in.malformed("op is read, write or cas, not '" + in.text("op") + "'");
        };
    // A read of which nothing is known says nothing.
    if (operation.kind() != Operation.Kind.READ || !unknown) {
      operations.add(operation);
      lines.add(line);
    }
  }

  private long value(JsonNode json) {
    // 1 and 1.0 are one number, and so one value.
    JsonNode same =
        json.isNumber() ? DecimalNode.valueOf(json.decimalValue().stripTrailingZeros()) : json;
    return values.computeIfAbsent(same, node -> (long) values.size());
  }

  private record Line(Path file, int number, JsonNode json) {
    Malformed malformed(String message) {
      return new Malformed(file, number, message);
    }

    JsonNode need(String field) {
      @Nullable JsonNode value = json.get(field);
      if (value == null) {
        throw malformed("the field '" + field + "' is missing");
      }
      return value;
    }

    String text(String field) {
      JsonNode value = need(field);
      if (!value.isTextual()) {
        throw malformed("the field '" + field + "' is a text, not " + value);
      }
      return value.textValue();
    }

    long number(String field) {
      JsonNode value = need(field);
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw malformed("the field '" + field + "' is a whole number, not " + value);
      }
      return value.longValue();
    }
  }
}
