package dev.synod.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class QuorumSpecFuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MEMBERS = List.of("a", "b", "c", "d");

  static Stream<byte[]> specs() {
    return Seeds.texts(
        "{\"rule\":\"majority\"}",
        "{\"rule\":\"counts\",\"phase1\":3,\"phase2\":2}",
        "{\"rule\":\"grid\",\"rows\":[[\"a\",\"b\"],[\"c\",\"d\"]],\"phase2\":\"row\"}",
        "{\"rule\":\"weights\",\"weights\":{\"a\":2,\"b\":1,\"c\":1,\"d\":0},\"phase2\":3}",
        "{\"rule\":\"weights\",\"weights\":{\"a\":2147483647,\"b\":2147483647,\"c\":9,\"d\":9},"
            + "\"phase1\":2147483647}",
        "{\"rule\":\"zones\",\"zones\":{\"eu\":[\"a\",\"b\"],\"us\":[\"c\",\"d\"]},"
            + "\"phase2\":{\"zones\":1,\"members\":2}}",
        "{\"rule\":\"expression\",\"phase1\":{\"or\":[\"a\",{\"and\":[\"b\",\"c\"]}]},"
            + "\"phase2\":{\"choose\":2,\"of\":[\"a\",\"b\",{\"and\":[\"c\",\"d\"]}]}}",
        "{\"rule\":\"expression\",\"phase2\":"
            + "{\"or\":[".repeat(450)
            + "\"a\""
            + "]}".repeat(450)
            + "}");
  }

  @MethodSource("specs")
  @FuzzTest
  void aSpecIsReadAndWrittenAgainAsItWasOrTheErrorNamesThePlace(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException notJson) {
      return;
    }
    try {
      QuorumSpec spec = Harmless.read(bytes.length, () -> QuorumSpec.fromJson(json));
      assertThat(QuorumSpec.fromJson(spec.toJson())).isEqualTo(spec);
      Harmless.read(bytes.length, () -> QuorumSystem.of(MEMBERS, spec, false));
    } catch (QuorumException named) {
      assertThat(named.getMessage()).isNotBlank();
    }
  }
}
