package dev.synod.quorum;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The description of a quorum system, apart from who the members are (except where the rule names
 * them). Immutable.
 *
 * <p>In every rule but {@link Majority} one phase may be left out ({@code null}). It is then the
 * dual of the other: the sets that meet each of the other's quorums, which is the most one can
 * have.
 */
public sealed interface QuorumSpec {

  /** {@code {"rule":"majority"}}: in both phases more than half of the members. */
  record Majority() implements QuorumSpec {}

  /**
   * {@code {"rule":"counts","phase2":2}}: any so many members.
   *
   * @param phase1 members, or null: derived
   * @param phase2 members, or null: derived
   */
  record Counts(@Nullable Integer phase1, @Nullable Integer phase2) implements QuorumSpec {
    public Counts {
      Checks.onePhase(phase1, phase2);
    }
  }

  /**
   * {@code {"rule":"grid","rows":[["a","b","c"],["d","e","f"]]}}: a whole row in one phase, one
   * member of each row in the other. Every member stands in one row; rows may differ in length.
   *
   * @param phase1 null: derived; {@link Line#ROW} if phase 2 is not given either
   * @param phase2 null: derived
   */
  record Grid(List<List<String>> rows, @Nullable Line phase1, @Nullable Line phase2)
      implements QuorumSpec {
    public Grid {
      rows = rows.stream().map(List::copyOf).toList();
      Checks.that(!rows.isEmpty(), "a grid needs at least one row");
      Checks.that(rows.stream().noneMatch(List::isEmpty), "a row of a grid must not be empty");
      Checks.distinct(rows.stream().flatMap(List::stream).toList());
    }

    public Grid(List<List<String>> rows) {
      this(rows, null, null);
    }
  }

  /** What makes a quorum in a {@link Grid}; in JSON {@code "row"} and {@code "column"}. */
  enum Line {
    /** All members of some row. */
    ROW,
    /** At least one member of every row. */
    COLUMN
  }

  /**
   * {@code {"rule":"weights","weights":{"a":2,"b":1,"c":1},"phase2":3}}: members whose weights add
   * up to that much. Every member has a weight; with weight 0 it takes part without a say.
   *
   * @param phase1 weight, or null: derived
   * @param phase2 weight, or null: derived
   */
  record Weights(Map<String, Integer> weights, @Nullable Integer phase1, @Nullable Integer phase2)
      implements QuorumSpec {
    public Weights {
      weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
      weights.forEach(
          (member, weight) ->
              Checks.that(
                  weight >= 0, "the weight of " + member + " must be 0 or more, is " + weight));
      Checks.onePhase(phase1, phase2);
    }
  }

  /**
   * {@code
   * {"rule":"zones","zones":{"eu":["a","b"],"us":["c","d"]},"phase2":{"zones":1,"members":2}}}: so
   * many members in each of so many zones. Every member is in one zone.
   *
   * @param phase1 null: derived
   * @param phase2 null: derived
   */
  record Zones(Map<String, List<String>> zones, @Nullable Quota phase1, @Nullable Quota phase2)
      implements QuorumSpec {
    public Zones {
      Map<String, List<String>> copy = new LinkedHashMap<>();
      zones.forEach((zone, members) -> copy.put(zone, List.copyOf(members)));
      zones = Collections.unmodifiableMap(copy);
      Checks.that(!zones.isEmpty(), "at least one zone is needed");
      zones.forEach((zone, in) -> Checks.that(!in.isEmpty(), "zone " + zone + " has no members"));
      Checks.distinct(zones.values().stream().flatMap(List::stream).toList());
      Checks.onePhase(phase1, phase2);
      Checks.quota("phase1", phase1, zones);
      Checks.quota("phase2", phase2, zones);
    }
  }

  /**
   * What makes a quorum in {@link Zones}.
   *
   * @param zones in how many zones, at least
   * @param members how many members in each of them, at least
   */
  record Quota(int zones, int members) {}

  /**
   * {@code {"rule":"expression","phase2":{"choose":2,"of":["a","b",{"and":["c","d"]}]}}}. A member
   * may stand in several places; one that stands nowhere has no say.
   *
   * @param phase1 null: derived
   * @param phase2 null: derived
   */
  record Expression(@Nullable Node phase1, @Nullable Node phase2) implements QuorumSpec {
    public Expression {
      Checks.onePhase(phase1, phase2);
    }
  }

  /** A part of an {@link Expression}. */
  sealed interface Node {
    /** {@code "a"}: this member. */
    record Member(String name) implements Node {}

    /** {@code {"and":[...]}}: all of them. */
    record And(List<Node> of) implements Node {
      public And {
        of = Checks.parts("and", of);
      }
    }

    /** {@code {"or":[...]}}: one of them, at least. */
    record Or(List<Node> of) implements Node {
      public Or {
        of = Checks.parts("or", of);
      }
    }

    /** {@code {"choose":2,"of":[...]}}: so many of them, at least. */
    record Choose(int choose, List<Node> of) implements Node {
      public Choose {
        of = Checks.parts("of", of);
        Checks.that(
            choose >= 1 && choose <= of.size(),
            "choose must be 1 to %d, the number of parts, is %d".formatted(of.size(), choose));
      }
    }
  }

  /**
   * Reads the JSON form.
   *
   * @throws QuorumException naming the path below {@code $} and what was expected there
   */
  static QuorumSpec fromJson(JsonNode json) {
    return fromJson(json, "$");
  }

  /**
   * Reads the JSON form from text.
   *
   * @throws QuorumException naming the path below {@code $} and what was expected there
   */
  static QuorumSpec parse(String json) {
    try {
      return fromJson(SpecReader.JSON.readTree(json));
    } catch (JsonProcessingException wrong) {
      throw new QuorumException("$: expected JSON, found " + wrong.getOriginalMessage());
    }
  }

  /** Reads the JSON form as part of a larger document, in which it stands at {@code path}. */
  static QuorumSpec fromJson(JsonNode json, String path) {
    return SpecReader.read(json, path);
  }

  /** The JSON form; a phase that was left out stays left out. */
  default ObjectNode toJson() {
    return SpecWriter.write(this);
  }

  /** The JSON form as text, the same text for the same description. */
  default String text() {
    return toJson().toString();
  }

  /** The rule's name in JSON, such as {@code counts}. */
  default String rule() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
