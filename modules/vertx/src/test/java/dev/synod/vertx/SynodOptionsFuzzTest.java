package dev.synod.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

class SynodOptionsFuzzTest {
  @TempDir static Path directory;

  static Stream<byte[]> files() {
    String members = "{\"member\":\"a\",\"members\":[\"a\",\"b\",\"c\",\"d\"],";
    Stream<byte[]> wrongTypes =
        new SynodOptions()
            .setQuorum(new JsonObject()).toJson().fieldNames().stream()
                .flatMap(
                    field ->
                        Stream.of("{}", "[]", "[7]", "true", "\"x\"", "7.5", "-1", "null", "1e99")
                            .map(value -> members + "\"" + field + "\":" + value + "}"))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    return Stream.concat(wrongTypes, whole(members));
  }

  private static Stream<byte[]> whole(String members) {
    return Seeds.texts(
        "{\"member\":\"a\",\"members\":[\"a\"]}",
        members
            + "\"group\":\"g\",\"dataDirectory\":\"data/a\",\"durability\":\"fsync\","
            + "\"strictRecovery\":true,\"segmentBytes\":67108864,\"window\":64,"
            + "\"snapshotLogBytes\":67108864,\"retainedLogBytes\":0,"
            + "\"maxBatchBytes\":65536,\"maxQueuedBytes\":67108864,\"maxKeyBytes\":1024,"
            + "\"maxValueBytes\":65536,\"thrifty\":true,\"maxClients\":2,\"heartbeatInterval\":50,\"electionTimeout\":500,"
            + "\"requestTimeout\":10000,\"sessionTimeout\":15000,\"maxReads\":1000,\"lease\":400,\"leaseDrift\":20,"
            + "\"allowSingleCopy\":false}",
        members + "\"quorum\":{\"rule\":\"counts\",\"phase1\":3,\"phase2\":2}}",
        members + "\"quorum\":{\"rule\":\"grid\",\"rows\":[[\"a\",\"b\"],[\"c\",\"d\"]]}}",
        members
            + "\"quorum\":{\"rule\":\"weights\",\"weights\":{\"a\":2,\"b\":1,\"c\":1,\"d\":0},"
            + "\"phase2\":3}}",
        members
            + "\"quorum\":{\"rule\":\"zones\",\"zones\":{\"eu\":[\"a\",\"b\"],\"us\":[\"c\",\"d\"]},"
            + "\"phase2\":{\"zones\":1,\"members\":2}}}",
        members
            + "\"quorum\":{\"rule\":\"expression\",\"phase2\":{\"choose\":2,\"of\":[\"a\",\"b\","
            + "{\"and\":[\"c\",\"d\"]}]}}}",
        members + "\"quorum\":{\"rule\":\"expression\",\"phase2\":" + nested(900) + "}}",
        members + "\"quorum\":" + nested(5_000) + "}");
  }

  private static String nested(int depth) {
    return "{\"or\":[".repeat(depth) + "\"a\"" + "]}".repeat(depth);
  }

  @MethodSource("files")
  @FuzzTest
  void aFileIsOptionsOrTheErrorNamesItAndWhatWasExpected(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("synod.json"), bytes);
    SynodOptions options;
    try {
      options = Harmless.read(bytes.length, () -> SynodOptions.read(file));
    } catch (ConfigurationException named) {
      assertThat(named.problems()).isNotEmpty();
      assertThat(named.problems())
          .allSatisfy(problem -> assertThat(problem).contains("synod.json"));
      return;
    }
    SynodOptions again = new SynodOptions(options.toJson()).validate();
    assertThat(again.toJson()).isEqualTo(options.toJson());
  }
}
