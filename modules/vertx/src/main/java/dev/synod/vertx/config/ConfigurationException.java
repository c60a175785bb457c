package dev.synod.vertx.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Thrown for an invalid configuration. The message has one line for each problem: the path of the
 * field, the expected value, and the value found.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Creates the exception.
   *
   * @param problems problems, each as {@code path: expected value, found value}
   */
  public ConfigurationException(List<String> problems) {
    // The message addresses the author of the configuration, so a stack trace would add nothing.
    super(String.join(System.lineSeparator(), problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems, one for each line of the message. */
  public List<String> problems() {
    return problems;
  }

  /** Returns a copy whose problems name the file before each path. */
  public ConfigurationException in(Path file) {
    return new ConfigurationException(
        problems.stream().map(problem -> file + ": " + problem).toList());
  }
}
