package dev.synod.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.synod.quorum.QuorumSpec.Node.And;
import dev.synod.quorum.QuorumSpec.Node.Choose;
import dev.synod.quorum.QuorumSpec.Node.Member;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumSpecTest {

  @Test
  void theFormsAPersonWritesAreRead() {
    assertThat(read("{'rule':'majority'}")).isEqualTo(new QuorumSpec.Majority());
    assertThat(read("{'rule':'counts','phase2':2}")).isEqualTo(new QuorumSpec.Counts(null, 2));
    assertThat(read("{'rule':'grid','rows':[['a','b'],['c']]}"))
        .isEqualTo(new QuorumSpec.Grid(List.of(List.of("a", "b"), List.of("c"))));
    assertThat(read("{'rule':'grid','rows':[['a']],'phase1':'column'}"))
        .isEqualTo(new QuorumSpec.Grid(List.of(List.of("a")), QuorumSpec.Line.COLUMN, null));
    assertThat(read("{'rule':'weights','weights':{'a':2,'b':1},'phase1':2}"))
        .isEqualTo(new QuorumSpec.Weights(Map.of("a", 2, "b", 1), 2, null));
    assertThat(
            read(
                "{'rule':'zones','zones':{'eu':['a','b'],'us':['c','d']},"
                    + "'phase2':{'zones':1,'members':2}}"))
        .isEqualTo(
            new QuorumSpec.Zones(
                Map.of("eu", List.of("a", "b"), "us", List.of("c", "d")),
                null,
                new QuorumSpec.Quota(1, 2)));
    assertThat(read("{'rule':'expression','phase2':{'choose':2,'of':['a','b',{'and':['c','d']}]}}"))
        .isEqualTo(
            new QuorumSpec.Expression(
                null,
                new Choose(
                    2,
                    List.of(
                        new Member("a"),
                        new Member("b"),
                        new And(List.of(new Member("c"), new Member("d")))))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | $: expected an object with a \"rule\", such as {\"rule\":\"majority\"}, found []",
        "{} | $.rule: is missing, expected one of \"majority\", \"counts\", \"grid\", \"weights\","
            + " \"zones\", \"expression\"",
        "{'rule':'most'} | $.rule: expected one of \"majority\", \"counts\", \"grid\", \"weights\","
            + " \"zones\", \"expression\", found \"most\"",
        "{'rule':'majority','phase2':2} | $.phase2: unknown field, expected only rule",
        "{'rule':'counts','phase3':2} | $.phase3: unknown field, expected only rule, phase1, phase2",
        "{'rule':'counts'} | $: phase1, phase2 or both must be given; an omitted phase is derived from"
            + " the other",
        "{'rule':'counts','phase2':2.5} | $.phase2: expected a whole number, found 2.5",
        "{'rule':'counts','phase2':'2'} | $.phase2: expected a whole number, found \"2\"",
        "{'rule':'counts','phase1':null,'phase2':2} | $.phase1: expected a whole number, found null",
        "{'rule':'counts','phase2':9999999999} | $.phase2: expected a whole number, found"
            + " 9999999999",
        "{'rule':'grid'} | $.rows: is missing, expected an array of rows",
        "{'rule':'grid','rows':[]} | $: a grid needs at least one row",
        "{'rule':'grid','rows':[['a'],[]]} | $: a row of a grid must not be empty",
        "{'rule':'grid','rows':[['a'],'b']} | $.rows[1]: expected an array, found \"b\"",
        "{'rule':'grid','rows':[['a',7]]} | $.rows[0][1]: expected a member's name, found 7",
        "{'rule':'grid','rows':[['a'],['a']]} | $: member a is named twice",
        "{'rule':'grid','rows':[['a']],'phase1':'diagonal'} | $.phase1: expected \"row\" or"
            + " \"column\", found \"diagonal\"",
        "{'rule':'weights','weights':['a'],'phase2':1} | $.weights: expected an object, found"
            + " [\"a\"]",
        "{'rule':'weights','weights':{'a':'x'},'phase2':1} | $.weights.a: expected a whole number,"
            + " found \"x\"",
        "{'rule':'weights','weights':{'a':-1},'phase2':1} | $: the weight of a must be 0 or more, is"
            + " -1",
        "{'rule':'zones','zones':{},'phase2':{'zones':1,'members':1}} | $: at least one zone is"
            + " needed",
        "{'rule':'zones','zones':{'eu':[]},'phase2':{'zones':1,'members':1}} | $: zone eu has no"
            + " members",
        "{'rule':'zones','zones':{'eu':['a'],'us':['a']},'phase2':{'zones':1,'members':1}} | $:"
            + " member a is named twice",
        "{'rule':'zones','zones':{'eu':['a']},'phase2':1} | $.phase2: expected an object such as"
            + " {\"zones\": 1, \"members\": 2}, found 1",
        "{'rule':'zones','zones':{'eu':['a']},'phase2':{'zones':2,'members':1}} | $: phase2.zones"
            + " must be 1 to 1, the number of zones, is 2",
        "{'rule':'zones','zones':{'eu':['a']},'phase1':{'zones':1,'members':2}} | $: phase1.members"
            + " must be 1 to 1, the size of zone eu, is 2",
        "{'rule':'expression','phase2':3} | $.phase2: expected a member's name, {\"and\": [...]},"
            + " {\"or\": [...]} or {\"choose\": k, \"of\": [...]}, found 3",
        "{'rule':'expression','phase2':{'or':['a',{'and':['b',' ']}]}} | $.phase2.or[1].and[1]:"
            + " expected a member's name, found \" \"",
        "{'rule':'expression','phase2':{'and':['a'],'or':['b']}} | $.phase2.or: unknown field,"
            + " expected only and",
        "{'rule':'expression','phase2':{'choose':3,'of':['a','b']}} | $.phase2: choose must be 1 to"
            + " 2, the number of parts, is 3",
        "{'rule':'expression','phase2':{'choose':1}} | $.phase2.of: is missing, expected an array of"
            + " parts",
        "{'rule':'expression','phase2':{'or':[{'and':[]}]}} | $.phase2.or[0]: and needs at least"
            + " one part",
        "{'rule':'expression','phase2':{'choose':2,'of':['a','a']}} | $.phase2: member a is named"
            + " twice",
      })
  void anErrorNamesThePathAndWhatWasExpected(String json, String message) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(QuorumException.class).hasMessage(message);
  }

  @Test
  void asPartOfALargerDocumentItNamesThePathThere() {
    assertThatThrownBy(
            () -> QuorumSpec.fromJson(json("{'rule':'counts','phase2':true}"), "group.quorums"))
        .isInstanceOf(QuorumException.class)
        .hasMessage("group.quorums.phase2: expected a whole number, found true");
  }

  private static QuorumSpec read(String json) {
    return QuorumSpec.fromJson(json(json));
  }

  private static JsonNode json(String json) {
    try {
      return new ObjectMapper().readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
