package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes under locales whose digits, letter case or calendar differ, and data that stays. */
class LocaleIT {
  private static final List<List<String>> LOCALES =
      List.of(
          List.of("-Duser.language=fa"),
          List.of("-Duser.language=tr", "-Duser.country=TR"),
          List.of("-Duser.language=th", "-Duser.country=TH", "-Duser.extensions=u-nu-thai"));

  @TempDir private Path directory;

  @Test
  void whatIsWrittenUnderOneLocaleIsReadUnderAnother() throws Exception {
    try (Nodes nodes = Nodes.of(directory, "three", synod -> {})) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
          // Each member has another locale in each round.
          nodes.start(nodes.members().get(i), LOCALES.get((round + i) % 3));
        }
        nodes.awaitAlike();
        String url = nodes.url(nodes.members().get(round));
        for (int before = 0; before < round; before++) {
          assertThat(run(round, "get", "I-" + before, "--url", url)).contains("i-" + before);
        }
        run(round, "put", "I-" + round, "i-" + round, "--url", url);
        assertThat(run(round, "status", "--json", "--url", url))
            .doesNotContainPattern("[٠-٩۰-۹๐-๙]");
        for (String member : nodes.members()) {
          nodes.node(member).terminate();
          nodes.node(member).end();
        }
      }
    }
  }

  private String run(int locale, String... args) throws Exception {
    Proc command =
        Proc.start(
            directory,
            "command" + System.nanoTime(),
            List.of(),
            LOCALES.get(locale),
            List.of(args));
    try (command) {
      assertThat(command.end()).as(command.err()).isZero();
      return command.out();
    }
  }
}
