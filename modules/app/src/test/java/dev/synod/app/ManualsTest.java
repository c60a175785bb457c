package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manuals hold together. */
class ManualsTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  /** Such as {@code core/paxos/Acceptor}, or one of its methods. */
  private static final Pattern NAMED_CLASS =
      Pattern.compile("`((?:[a-z]\\w*/)+[A-Z]\\w*)(?:\\.\\w+)?`");

  private static final Pattern SOURCE = Pattern.compile("/java/dev/synod/(.*)\\.java$");

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

  @Test
  void everyClassThatAManualNamesWithItsFolderIsThere() throws IOException {
    Set<String> classes = new HashSet<>();
    visit(
        file -> {
          Matcher source = SOURCE.matcher(file.toString());
          if (source.find()) {
            classes.add(source.group(1));
          }
        });
    Set<String> named = new TreeSet<>();
    for (Path page : pages()) {
      NAMED_CLASS.matcher(Files.readString(page)).results().forEach(m -> named.add(m.group(1)));
    }
    assertThat(named).hasSizeGreaterThan(40);
    assertThat(classes).containsAll(named);
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
    visit(
        file -> {
          if (file.toString().endsWith(".md")) {
            pages.add(file);
          }
        });
    return pages;
  }

  private static void visit(Consumer<Path> visitor) throws IOException {
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
            visitor.accept(file);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
