package dev.synod.quorum;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes a {@link QuorumSpec} as the JSON that {@link SpecReader} reads. */
final class SpecWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SpecWriter() {}

  static ObjectNode write(QuorumSpec spec) {
    ObjectNode json = JSON.objectNode().put("rule", spec.rule());
    if (spec instanceof QuorumSpec.Counts counts) {
      phases(json, counts.phase1(), counts.phase2(), JSON::numberNode);
    } else if (spec instanceof QuorumSpec.Grid grid) {
      ArrayNode rows = json.putArray("rows");
      grid.rows().forEach(row -> rows.add(names(row)));
      phases(
          json,
          grid.phase1(),
          grid.phase2(),
          line -> JSON.textNode(line.name().toLowerCase(Locale.ROOT)));
    } else if (spec instanceof QuorumSpec.Weights weights) {
      weights.weights().forEach(json.putObject("weights")::put);
      phases(json, weights.phase1(), weights.phase2(), JSON::numberNode);
    } else if (spec instanceof QuorumSpec.Zones zones) {
      ObjectNode byName = json.putObject("zones");
      zones.zones().forEach((zone, members) -> byName.set(zone, names(members)));
      phases(
          json,
          zones.phase1(),
          zones.phase2(),
          quota -> JSON.objectNode().put("zones", quota.zones()).put("members", quota.members()));
    } else if (spec instanceof QuorumSpec.Expression expression) {
      phases(json, expression.phase1(), expression.phase2(), SpecWriter::node);
    }
    return json;
  }

  private static JsonNode node(QuorumSpec.Node node) {
    if (node instanceof QuorumSpec.Node.Member member) {
      return JSON.textNode(member.name());
    }
    ObjectNode json = JSON.objectNode();
    if (node instanceof QuorumSpec.Node.And and) {
      json.set("and", nodes(and.of()));
    } else if (node instanceof QuorumSpec.Node.Or or) {
      json.set("or", nodes(or.of()));
    } else if (node instanceof QuorumSpec.Node.Choose choose) {
      json.put("choose", choose.choose()).set("of", nodes(choose.of()));
    }
    return json;
  }

  private static ArrayNode nodes(List<QuorumSpec.Node> nodes) {
    return JSON.arrayNode().addAll(nodes.stream().map(SpecWriter::node).toList());
  }

  private static ArrayNode names(List<String> names) {
    ArrayNode json = JSON.arrayNode();
    names.forEach(json::add);
    return json;
  }

  private static <T> void phases(
      ObjectNode json, @Nullable T phase1, @Nullable T phase2, Function<T, JsonNode> form) {
    if (phase1 != null) {
      json.set("phase1", form.apply(phase1));
    }
    if (phase2 != null) {
      json.set("phase2", form.apply(phase2));
    }
  }
}
