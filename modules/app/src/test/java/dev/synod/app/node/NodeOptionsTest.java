package dev.synod.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.app.Certificates;
import dev.synod.vertx.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeOptionsTest {
  private static final String SYNOD =
      "\"synod\": {\"member\": \"a\", \"members\": [\"a\", \"b\", \"c\"]}";
  private static final String CLUSTER = "\"cluster\": {\"members\": [\"127.0.0.1:5701\"]}";

  @TempDir private Path directory;

  private Path file(String json) throws IOException {
    return Files.writeString(directory.resolve("node.json"), json);
  }

  private List<String> problems(String json) throws IOException {
    Path file = file(json);
    try {
      NodeOptions.read(file);
      return List.of();
    } catch (ConfigurationException e) {
      assertThat(e.problems()).allSatisfy(line -> assertThat(line).startsWith(file + ": "));
      return e.problems().stream().map(line -> line.substring((file + ": ").length())).toList();
    }
  }

  static Stream<Path> shippedConfigurations() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../../config"))) {
      return files.filter(file -> file.toString().endsWith(".json")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("shippedConfigurations")
  void everyShippedConfigurationIsValid(Path file) throws Exception {
    String json = Files.readString(file);
    Path certificates = directory.resolve("certificates");
    if (json.contains("config/tls/certificates")) {
      Certificates.make(certificates);
    }
    Path copy = file(json.replace("config/tls/certificates", certificates.toString()));
    assertThat(NodeOptions.read(copy).synod().getMembers()).isNotEmpty();
  }

  @Test
  void aWholeConfigurationIsReadWithDefaults() throws IOException {
    NodeOptions options = NodeOptions.read(file("{" + SYNOD + ", " + CLUSTER + "}"));

    assertThat(options.synod().getMember()).isEqualTo("a");
    assertThat(options.cluster())
        .isEqualTo(
            new ClusterOptions("synod", "127.0.0.1", 5701, 0, List.of("127.0.0.1:5701"), null));
    assertThat(options.web().getPort()).isEqualTo(8080);
  }

  @Test
  void everyProblemOfEveryPartIsNamedByFileAndPath() throws IOException {
    assertThat(
            problems(
                """
                {"synod": {"member": "a", "members": ["b"], "windw": 3},
                 "cluster": {"port": 70000, "members": ["here", "127.0.0.1:5701", "127.0.0.1:5701"]},
                 "web": {"port": "8080"},
                 "webb": {}}
                """))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("webb: is not a field, expected one of cluster"),
            line -> assertThat(line).startsWith("synod.windw: is not a field"),
            line -> assertThat(line).startsWith("cluster.port: expected a whole number from 1 to"),
            line ->
                assertThat(line).isEqualTo("cluster.members[0]: expected host:port, got \"here\""),
            line -> assertThat(line).startsWith("cluster.members[2]: expected each node once"),
            line -> assertThat(line).startsWith("web.port: expected a whole number, got \"8080\""));
  }

  @Test
  void aGroupOfSeveralNeedsACluster() throws IOException {
    assertThat(problems("{" + SYNOD + "}"))
        .singleElement()
        .asString()
        .startsWith("cluster: is missing, but the group has 3 members");
  }

  @Test
  void aGroupOfOneNeedsNone() throws IOException {
    NodeOptions options =
        NodeOptions.read(file("{\"synod\": {\"member\": \"a\", \"members\": [\"a\"]}}"));

    assertThat(options.cluster()).isNull();
  }

  @Test
  void theMemberItselfIsNeverOptional() throws IOException {
    assertThat(problems("{}"))
        .containsExactly("synod: is missing, expected an object that says who this member is");
  }

  @Test
  void aNodeStandsAmongTheNodesOfItsCluster() throws IOException {
    assertThat(problems("{" + SYNOD + ", \"cluster\": {\"members\": [\"127.0.0.1:5702\"]}}"))
        .containsExactly(
            "cluster.members: expected this node, \"127.0.0.1:5701\", among them, got"
                + " [\"127.0.0.1:5702\"]");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> NodeOptions.read(directory.resolve("none.json")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("none.json: there is no such file");
  }
}
