package dev.synod.bench.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.synod.bench.load.ResultLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A whole run, for people and for programs.
 *
 * @param machine what it ran on
 * @param smoke whether its figures mean nothing
 * @param lines what it came to
 * @param missing peers that were not there, and how to add each
 */
@JsonIgnoreProperties(ignoreUnknown = true) // the goals, which are reckoned from the lines
public record Report(
    Machine machine, boolean smoke, List<ResultLine> lines, Map<String, String> missing) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Report {
    lines = List.copyOf(lines);
  }

  /** One for each row of the design's table. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public List<Goal> goals() {
    return GoalEvaluation.of(lines);
  }

  /** What {@link #write} wrote. */
  static Report read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Report.class);
  }

  /** Writes {@code report.json} and {@code report.html}. */
  public void write(Path directory) throws IOException {
    JSON.writeValue(directory.resolve("report.json").toFile(), this);
    Files.writeString(directory.resolve("report.html"), Page.of(this));
  }

  /** The goals, for a terminal. */
  public String toText() {
    List<String> text = new ArrayList<>();
    for (Goal goal : goals()) {
      text.add(
          String.format(
              Locale.ROOT,
              "%-12s %-26s %s",
              goal.verdict(),
              goal.id(),
              goal.measured().isEmpty() ? goal.why() : goal.measured()));
    }
    if (smoke) {
      text.add(
          "This was a smoke run: it shows that everything works, and no figure means anything.");
    }
    return String.join(System.lineSeparator(), text);
  }
}
