package dev.synod.quorum;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link QuorumSpec} from JSON.
 *
 * @param json value
 * @param path path of the value in its document
 */
record SpecReader(JsonNode json, String path) {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String RULES =
      "one of \"majority\", \"counts\", \"grid\", \"weights\", \"zones\", \"expression\"";
  private static final String NODE =
      "a member's name, {\"and\": [...]}, {\"or\": [...]} or {\"choose\": k, \"of\": [...]}";

  static QuorumSpec read(JsonNode json, String path) {
    return new SpecReader(json, path).spec();
  }

  private QuorumSpec spec() {
    if (!json.isObject()) {
      throw expected("an object with a \"rule\", such as {\"rule\":\"majority\"}");
    }
    SpecReader rule = field("rule", RULES);
    return switch (rule.json.asText()) {
      case "majority" -> {
        only("rule");
        yield new QuorumSpec.Majority();
      }
      case "counts" -> {
        only("rule", "phase1", "phase2");
        Integer one = phase(1, SpecReader::number);
        Integer two = phase(2, SpecReader::number);
        yield here(() -> new QuorumSpec.Counts(one, two));
      }
      case "grid" -> {
        only("rule", "rows", "phase1", "phase2");
        List<List<String>> rows = field("rows", "an array of rows").list(SpecReader::names);
        QuorumSpec.Line one = phase(1, SpecReader::line);
        QuorumSpec.Line two = phase(2, SpecReader::line);
        yield here(() -> new QuorumSpec.Grid(rows, one, two));
      }
      case "weights" -> {
        only("rule", "weights", "phase1", "phase2");
        Map<String, Integer> weights =
            field("weights", "an object from member to weight").map(SpecReader::number);
        Integer one = phase(1, SpecReader::number);
        Integer two = phase(2, SpecReader::number);
        yield here(() -> new QuorumSpec.Weights(weights, one, two));
      }
      case "zones" -> {
        only("rule", "zones", "phase1", "phase2");
        Map<String, List<String>> zones =
            field("zones", "an object from zone to its members").map(SpecReader::names);
        QuorumSpec.Quota one = phase(1, SpecReader::quota);
        QuorumSpec.Quota two = phase(2, SpecReader::quota);
        yield here(() -> new QuorumSpec.Zones(zones, one, two));
      }
      case "expression" -> {
        only("rule", "phase1", "phase2");
        QuorumSpec.Node one = phase(1, SpecReader::node);
        QuorumSpec.Node two = phase(2, SpecReader::node);
        yield here(() -> new QuorumSpec.Expression(one, two));
      }
      default -> throw rule.expected(RULES);
    };
  }

  private QuorumSpec.Line line() {
    return switch (json.asText()) {
      case "row" -> QuorumSpec.Line.ROW;
      case "column" -> QuorumSpec.Line.COLUMN;
      default -> throw expected("\"row\" or \"column\"");
    };
  }

  private QuorumSpec.Quota quota() {
    if (!json.isObject()) {
      throw expected("an object such as {\"zones\": 1, \"members\": 2}");
    }
    only("zones", "members");
    return new QuorumSpec.Quota(
        field("zones", "a number of zones").number(),
        field("members", "a number of members").number());
  }

  private QuorumSpec.Node node() {
    if (json.isTextual()) {
      return new QuorumSpec.Node.Member(name());
    } else if (json.has("and")) {
      only("and");
      List<QuorumSpec.Node> parts = field("and", NODE).list(SpecReader::node);
      return here(() -> new QuorumSpec.Node.And(parts));
    } else if (json.has("or")) {
      only("or");
      List<QuorumSpec.Node> parts = field("or", NODE).list(SpecReader::node);
      return here(() -> new QuorumSpec.Node.Or(parts));
    } else if (json.has("choose")) {
      only("choose", "of");
      int choose = field("choose", "a number").number();
      List<QuorumSpec.Node> parts = field("of", "an array of parts").list(SpecReader::node);
      return here(() -> new QuorumSpec.Node.Choose(choose, parts));
    }
    throw expected(NODE);
  }

  private int number() {
    if (!json.isIntegralNumber() || !json.canConvertToInt()) {
      throw expected("a whole number");
    }
    return json.intValue();
  }

  private List<String> names() {
    return list(SpecReader::name);
  }

  private String name() {
    if (!json.isTextual() || json.textValue().isBlank()) {
      throw expected("a member's name");
    }
    return json.textValue();
  }

  private <T> List<T> list(Function<SpecReader, T> entry) {
    if (!json.isArray()) {
      throw expected("an array");
    }
    List<T> list = new ArrayList<>();
    for (int i = 0; i < json.size(); i++) {
      list.add(entry.apply(new SpecReader(json.get(i), path + "[" + i + "]")));
    }
    return list;
  }

  private <T> Map<String, T> map(Function<SpecReader, T> entry) {
    if (!json.isObject()) {
      throw expected("an object");
    }
    Map<String, T> map = new LinkedHashMap<>();
    json.properties()
        .forEach(e -> map.put(e.getKey(), entry.apply(under(e.getKey(), e.getValue()))));
    return map;
  }

  private <T> @Nullable T phase(int number, Function<SpecReader, T> form) {
    String name = "phase" + number;
    return json.has(name) ? form.apply(under(name, json.get(name))) : null;
  }

  private SpecReader field(String name, String expected) {
    if (!json.has(name)) {
      throw new QuorumException(path + "." + name + ": is missing, expected " + expected);
    }
    return under(name, json.get(name));
  }

  private SpecReader under(String name, JsonNode value) {
    return new SpecReader(value, path + "." + name);
  }

  private void only(String... fields) {
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    List<String> known = List.of(fields);
    known.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new QuorumException(
          String.format(
              Locale.ROOT,
              "%s.%s: unknown field, expected only %s",
              path,
              unknown.iterator().next(),
              String.join(", ", known)));
    }
  }

  private <T> T here(Supplier<T> make) {
    try {
      return make.get();
    } catch (QuorumException e) {
      throw e.at(path);
    }
  }

  private QuorumException expected(String what) {
    return new QuorumException(
        String.format(Locale.ROOT, "%s: expected %s, found %s", path, what, json));
  }
}
