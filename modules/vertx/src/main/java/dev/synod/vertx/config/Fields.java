package dev.synod.vertx.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object one by one and collects the problems: a field of an unexpected
 * type, and at the {@link #end} every field that was not read. Not thread-safe.
 */
public final class Fields {
  private final Map<String, Object> fields;
  private final TreeSet<String> unknown;
  private final TreeSet<String> known = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  public Fields(JsonObject json) {
    fields = json.getMap();
    unknown = new TreeSet<>(fields.keySet());
  }

  private @Nullable Object take(String name) {
    unknown.remove(name);
    known.add(name);
    return fields.get(name);
  }

  private <T> T wrong(String name, String expected, Object found, T instead) {
    problems.add(name + ": expected " + expected + ", got " + show(found));
    return instead;
  }

  /** Returns a value in its JSON form, for a message. */
  public static String show(Object value) {
    return io.vertx.core.json.Json.encode(value);
  }

  public @Nullable String text(String name, @Nullable String otherwise) {
    Object value = take(name);
    return value == null
        ? otherwise
        : value instanceof CharSequence text
            ? text.toString()
            : wrong(name, "a string", value, otherwise);
  }

  public boolean flag(String name, boolean otherwise) {
    Object value = take(name);
    return value == null
        ? otherwise
        : value instanceof Boolean flag ? flag : wrong(name, "true or false", value, otherwise);
  }

  public long number(String name, long otherwise) {
    Object value = take(name);
    if (value == null) {
      return otherwise;
    }
    return value instanceof Integer || value instanceof Long || value instanceof Short
        ? ((Number) value).longValue()
        : wrong(name, "a whole number", value, otherwise);
  }

  public int integer(String name, int otherwise) {
    long value = number(name, otherwise);
    return value == (int) value
        ? (int) value
        : wrong(name, "a whole number below 2147483648", value, otherwise);
  }

  public <E extends Enum<E>> E constant(String name, Class<E> type, E otherwise) {
    Object value = take(name);
    if (value == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (value.toString().toUpperCase(Locale.ROOT).equals(constant.name())) {
        return constant;
      }
      names.add(constant.name());
    }
    return wrong(name, "one of " + String.join(", ", names), value, otherwise);
  }

  public List<String> names(String name, List<String> otherwise) {
    Object value = take(name);
    List<?> list =
        value instanceof JsonArray array ? array.getList() : value instanceof List<?> l ? l : null;
    if (value == null) {
      return otherwise;
    }
    if (list == null) {
      return wrong(name, "an array of names", value, otherwise);
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Object entry = list.get(i);
      if (entry instanceof CharSequence text) {
        names.add(text.toString());
      } else {
        problems.add(name + "[" + i + "]: expected a name, got " + show(entry));
      }
    }
    return names;
  }

  @SuppressWarnings("unchecked")
  public @Nullable JsonObject object(String name) {
    Object value = take(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonObject json) {
      return json.copy();
    }
    return value instanceof Map<?, ?> map
        ? new JsonObject((Map<String, Object>) map).copy()
        : wrong(name, "an object", value, null);
  }

  /**
   * Reads a nested object with another reader and prefixes that reader's problems with the name of
   * this field.
   */
  public <T> @Nullable T part(String name, Function<JsonObject, T> read) {
    JsonObject json = object(name);
    if (json == null) {
      return null;
    }
    try {
      return read.apply(json);
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> problems.add(name + "." + problem));
      return null;
    }
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException if a field was wrong or was not read
   */
  public void end() {
    for (String name : unknown) {
      problems.add(name + ": is not a field, expected one of " + String.join(", ", known));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
