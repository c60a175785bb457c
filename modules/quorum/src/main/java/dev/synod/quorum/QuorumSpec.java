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
 * A description of a quorum system, independent of the members unless the rule names them.
 * Immutable.
 *
 * <p>Every rule except {@link Majority} may omit one phase ({@code null}). The omitted phase is
 * derived as the dual of the other phase: all sets that intersect each of its quorums, which is the
 * largest possible choice.
 */
public sealed interface QuorumSpec {

  /** {@code {"rule":"majority"}}: more than half of the members in both phases. */
  record Majority() implements QuorumSpec {}

  /**
   * {@code {"rule":"counts","phase2":2}}: any set with that many members.
   *
   * @param phase1 number of members, or null to derive the phase
   * @param phase2 number of members, or null to derive the phase
   */
  record Counts(@Nullable Integer phase1, @Nullable Integer phase2) implements QuorumSpec {
    public Counts {
      Checks.onePhase(phase1, phase2);
    }
  }

  /**
   * {@code {"rule":"grid","rows":[["a","b","c"],["d","e","f"]]}}: a whole row in one phase, a
   * member of each row in the other. Every member is in exactly one row; rows may differ in length.
   *
   * @param rows rows of the grid
   * @param phase1 null derives the phase; {@link Line#ROW} if phase 2 is null as well
   * @param phase2 null derives the phase
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

  /** Shape of a quorum in a {@link Grid}; in JSON {@code "row"} and {@code "column"}. */
  enum Line {
    /** All members of one row. */
    ROW,
    /** At least one member of every row. */
    COLUMN
  }

  /**
   * {@code {"rule":"weights","weights":{"a":2,"b":1,"c":1},"phase2":3}}: members whose weights add
   * up to that sum. Every member has a weight; a member with weight 0 has no vote.
   *
   * @param weights weight of each member
   * @param phase1 sum of weights, or null to derive the phase
   * @param phase2 sum of weights, or null to derive the phase
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
   * {"rule":"zones","zones":{"eu":["a","b"],"us":["c","d"]},"phase2":{"zones":1,"members":2}}}: a
   * number of members in each of a number of zones. Every member is in exactly one zone.
   *
   * @param zones members of each zone
   * @param phase1 null derives the phase
   * @param phase2 null derives the phase
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
   * Shape of a quorum in {@link Zones}.
   *
   * @param zones minimum number of zones
   * @param members minimum number of members in each of these zones
   */
  record Quota(int zones, int members) {}

  /**
   * {@code {"rule":"expression","phase2":{"choose":2,"of":["a","b",{"and":["c","d"]}]}}}. A member
   * may occur several times; a member that does not occur has no vote.
   *
   * @param phase1 null derives the phase
   * @param phase2 null derives the phase
   */
  record Expression(@Nullable Node phase1, @Nullable Node phase2) implements QuorumSpec {
    public Expression {
      Checks.onePhase(phase1, phase2);
    }
  }

  /** A node of an {@link Expression}. */
  sealed interface Node {
    /** {@code "a"}: this member. */
    record Member(String name) implements Node {}

    /** {@code {"and":[...]}}: all parts. */
    record And(List<Node> of) implements Node {
      public And {
        of = Checks.parts("and", of);
      }
    }

    /** {@code {"or":[...]}}: at least one part. */
    record Or(List<Node> of) implements Node {
      public Or {
        of = Checks.parts("or", of);
      }
    }

    /** {@code {"choose":2,"of":[...]}}: at least that many parts. */
    record Choose(int choose, List<Node> of) implements Node {
      public Choose {
        of = Checks.parts("of", of);
        Checks.that(
            choose >= 1 && choose <= of.size(),
            String.format(
                Locale.ROOT,
                "choose must be 1 to %d, the number of parts, is %d",
                of.size(),
                choose));
      }
    }
  }

  /**
   * Reads the JSON form.
   *
   * @throws QuorumException naming the path below {@code $} and the expected value
   */
  static QuorumSpec fromJson(JsonNode json) {
    return fromJson(json, "$");
  }

  /**
   * Reads the JSON form from text.
   *
   * @throws QuorumException naming the path below {@code $} and the expected value
   */
  static QuorumSpec parse(String json) {
    try {
      return fromJson(SpecReader.JSON.readTree(json));
    } catch (JsonProcessingException wrong) {
      throw new QuorumException("$: expected JSON, found " + wrong.getOriginalMessage());
    }
  }

  /**
   * Reads the JSON form as a part of a larger document.
   *
   * @param path path of the part in the document
   * @throws QuorumException naming the path and the expected value
   */
  static QuorumSpec fromJson(JsonNode json, String path) {
    return SpecReader.read(json, path);
  }

  /** Returns the JSON form; an omitted phase stays omitted. */
  default ObjectNode toJson() {
    return SpecWriter.write(this);
  }

  /** Returns the JSON form as text; equal descriptions have equal texts. */
  default String text() {
    return toJson().toString();
  }

  /** Returns the name of the rule in JSON, such as {@code counts}. */
  default String rule() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
