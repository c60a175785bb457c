package dev.synod.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the documentation: its code, its links, and what can be linked to. */
record Markdown(Path file, String text) {
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern INLINE = Pattern.compile("`[^`\n]*`");

  static Markdown of(Path file) throws IOException {
    return new Markdown(file, Files.readString(file));
  }

  /**
   * The first block of code of that language below a heading.
   *
   * @param language as behind the three backticks; may be empty
   */
  String block(String heading, String language) {
    int section = text.indexOf("\n## " + heading + "\n");
    if (section >= 0) {
      for (MatchResult block : BLOCK.matcher(text.substring(section)).results().toList()) {
        String opening = "```" + language + "\n";
        if (block.group().startsWith(opening)) {
          return block
              .group()
              .substring(opening.length(), block.group().length() - "\n```".length());
        }
      }
    }
    throw new AssertionError("%s has no %s block below \"%s\"".formatted(file, language, heading));
  }

  /** The targets of its links, as they are written. */
  List<String> links() {
    String prose = INLINE.matcher(BLOCK.matcher(text).replaceAll("")).replaceAll("code");
    return LINK.matcher(prose).results().map(link -> link.group(1)).toList();
  }

  /** Its headings, in the form that GitHub gives them in links. */
  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    for (MatchResult heading :
        HEADING.matcher(BLOCK.matcher(text).replaceAll("")).results().toList()) {
      String anchor = anchor(heading.group(1));
      String unique = anchor;
      for (int i = 1; !anchors.add(unique); i++) {
        unique = anchor + "-" + i;
      }
    }
    return anchors;
  }

  private static String anchor(String heading) {
    return heading
        .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }
}
