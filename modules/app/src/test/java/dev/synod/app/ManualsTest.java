package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The manuals hold together. */
class ManualsTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  @Test
  void everyLinkToAFileOrAHeadingOfThisRepositoryLeadsThere() throws IOException {
    List<String> dead = new ArrayList<>();
    int followed = 0;
    for (Path page : pages()) {
      for (String link : Markdown.of(page).links()) {
        if (!link.contains("://")) {
          followed++;
          if (!leadsSomewhere(page, link)) {
            dead.add(ROOT.relativize(page) + ": " + link);
          }
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(followed).isGreaterThan(60);
  }

  @Test
  void everyManualIsReachedFromTheReadme() throws IOException {
    List<Path> reached = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (int i = 0; i < reached.size(); i++) {
      for (String link : Markdown.of(reached.get(i)).links()) {
        Path target = target(reached.get(i), link);
        if (target.toString().endsWith(".md") && !reached.contains(target)) {
          reached.add(target);
        }
      }
    }
    assertThat(reached).containsExactlyInAnyOrderElementsOf(pages());
  }

  private static boolean leadsSomewhere(Path page, String link) throws IOException {
    Path target = target(page, link);
    int hash = link.indexOf('#');
    return Files.exists(target)
        && (hash < 0 || Markdown.of(target).anchors().contains(link.substring(hash + 1)));
  }

  /** The file that a link names; without one, the page itself. */
  private static Path target(Path page, String link) {
    String file = link.replaceFirst("#.*", "");
    return file.isEmpty() ? page : page.resolveSibling(file).normalize();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            // The repository has neither: they are made by tools and by members that run here.
            return directory.endsWith(".git")
                    || directory.endsWith("target")
                    || directory.equals(ROOT.resolve("data"))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }
}
