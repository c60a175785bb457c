package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.synod.data.map.MapEntry;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README tells the truth. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"README: ", "README, client: "})
  void theExampleIsCodeThatCompiles(String marker) throws IOException {
    String source =
        Files.readString(Path.of("src", "test", "java", "dev", "synod", "app", "Embedding.java"));
    String example =
        source
            .substring(
                source.indexOf('\n', source.indexOf(marker + "begin")) + 1,
                source.lastIndexOf('\n', source.indexOf(marker + "end")))
            .lines()
            .map(line -> line.startsWith("    ") ? line.substring(4) : line)
            .collect(Collectors.joining("\n"));
    assertThat(readme()).contains("```java\n" + example + "\n```");
  }

  @Test
  void theExampleOfAClientRuns() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      SynodOptions member =
          new SynodOptions()
              .setGroup("orders")
              .setMember("a")
              .setMembers(List.of("a"))
              .setMaxClients(1)
              .setDurability(Durability.MEMORY);
      MapEntry<Embedding.Order> entry =
          Synod.start(vertx, member)
              .compose(started -> Embedding.outside(vertx))
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      assertThat(Embedding.json(entry).getString("item")).isEqualTo("pen");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void theExampleRuns(@TempDir Path directory) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      List<Future<MapEntry<Embedding.Order>>> all = new ArrayList<>();
      for (String member : List.of("a", "b", "c")) {
        all.add(Embedding.run(vertx, member, directory.resolve(member).toString()));
      }
      Future.any(all).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
      for (Future<MapEntry<Embedding.Order>> one : all) {
        MapEntry<Embedding.Order> entry =
            one.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(Embedding.json(entry).getString("item")).isEqualTo("book");
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void theTableOfOptionsHasEachOfThemWithItsDefault() throws IOException {
    String readme = readme();
    SynodOptions defaults = new SynodOptions();
    for (String field : defaults.toJson().fieldNames()) {
      assertThat(readme).as("the option %s", field).contains("| `" + field + "` |");
      Object value = defaults.toJson().getValue(field);
      if (value instanceof Number || value instanceof Boolean) {
        assertThat(readme).contains("| `" + field + "` | " + value + " |");
      }
    }
  }

  @Test
  void itsQuorumsAreQuorumSystems() throws IOException {
    Matcher found = Pattern.compile("\\| `(\\{\"rule.*?})`").matcher(readme());
    int count = 0;
    while (found.find()) {
      QuorumSpec spec = QuorumSpec.fromJson(new ObjectMapper().readTree(found.group(1)));
      List<String> names = List.of("a", "b", "c", "d", "e", "f");
      int members =
          spec instanceof QuorumSpec.Weights
              ? 3
              : spec instanceof QuorumSpec.Counts || spec instanceof QuorumSpec.Expression ? 5 : 6;
      assertThat(QuorumSystem.of(names.subList(0, members), spec)).isNotNull();
      count++;
    }
    assertThat(count).isEqualTo(5);
  }

  @Test
  void ciRunsItsTestCommand() throws IOException {
    String command = "bash .ci/setup && mvn -B -ntp verify";
    assertThat(readme()).contains("```\n" + command + "\n```");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("\n" + command + "\n");
  }
}
