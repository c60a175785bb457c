package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.synod.data.map.MapEntry;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The README and the manuals beside the modules say what the code does. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");

  private static String text(String first, String... more) throws IOException {
    return Files.readString(ROOT.resolve(Path.of(first, more)));
  }

  private static String readme() throws IOException {
    return text("README.md");
  }

  private static String embedding() throws IOException {
    return text("modules", "vertx", "README.md");
  }

  @Test
  void itIsShortEnoughToBeReadToItsEnd() throws IOException {
    assertThat(readme().lines().count()).isLessThanOrEqualTo(150);
  }

  @Test
  void theExampleOfAClientIsCodeThatCompiles() throws IOException {
    String source =
        Files.readString(Path.of("src", "test", "java", "dev", "synod", "app", "Embedding.java"));
    String example =
        source
            .substring(
                source.indexOf('\n', source.indexOf("README, client: begin")) + 1,
                source.lastIndexOf('\n', source.indexOf("README, client: end")))
            .lines()
            .map(line -> line.startsWith("    ") ? line.substring(4) : line)
            .collect(Collectors.joining("\n"));
    assertThat(embedding()).contains("```java\n" + example + "\n```");
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
  void theTableOfOptionsOfAMemberHasEachOfThemWithItsDefault() throws IOException {
    tableHas(embedding(), new SynodOptions().toJson());
  }

  @Test
  void theTableOfOptionsOfTheWebHasEachOfThemWithItsDefault() throws IOException {
    String web = text("modules", "web", "README.md");
    tableHas(web, new WebOptions().toJson());
    assertThat(web).contains("| `tls` |", "| `token` |", "| `authentication` |");
  }

  private static void tableHas(String manual, JsonObject defaults) {
    for (String field : defaults.fieldNames()) {
      assertThat(manual).as("the option %s", field).contains("| `" + field + "` |");
      Object value = defaults.getValue(field);
      if (value instanceof Number || value instanceof Boolean) {
        assertThat(manual).contains("| `" + field + "` | " + value + " |");
      }
    }
  }

  @Test
  void theTableOfCommandsHasEachOfThem() throws IOException {
    String manual = text("modules", "app", "README.md");
    String commands =
        manual.substring(
            manual.indexOf("\n## Commands\n"), manual.indexOf("\n## Change the group\n"));
    for (Class<?> command : Main.class.getAnnotation(Command.class).subcommands()) {
      assertThat(commands).contains("`" + command.getAnnotation(Command.class).name() + "`");
    }
  }

  @Test
  void itsQuorumsAreQuorumSystems() throws IOException {
    Matcher found =
        Pattern.compile("`(\\{\"rule.*?})`").matcher(text("modules", "quorum", "README.md"));
    int count = 0;
    while (found.find()) {
      QuorumSpec spec = QuorumSpec.fromJson(new ObjectMapper().readTree(found.group(1)));
      List<String> names = List.of("a", "b", "c", "d", "e", "f");
      int members =
          spec instanceof QuorumSpec.Weights
              ? 3
              : spec instanceof QuorumSpec.Grid || spec instanceof QuorumSpec.Zones ? 6 : 5;
      assertThat(QuorumSystem.of(names.subList(0, members), spec)).isNotNull();
      count++;
    }
    assertThat(count).isEqualTo(6);
  }

  @Test
  void ciRunsItsTestCommand() throws IOException {
    String command = "bash .ci/setup && mvn -B -ntp verify";
    assertThat(readme()).contains("```\n" + command + "\n```");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("\n" + command + "\n");
  }
}
