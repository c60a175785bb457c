package dev.synod.vertx.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that cannot be used. The message has one line for each problem: where it is, what
 * was expected there, and what was found.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems each as {@code path: what was expected, what was found}
   */
  public ConfigurationException(List<String> problems) {
    // No stack trace: it is for whoever wrote the configuration.
    super(String.join(System.lineSeparator(), problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /** The lines of the message. */
  public List<String> problems() {
    return problems;
  }

  /** The same, with the file in front of each path. */
  public ConfigurationException in(Path file) {
    return new ConfigurationException(
        problems.stream().map(problem -> file + ": " + problem).toList());
  }
}
