package dev.synod.bench.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Runs a scenario, and makes a {@link ResultLine} of each of its loads. */
public final class ScenarioRunner {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a line of output begins with that holds a {@link ResultLine} as JSON. */
  public static final String MARK = "@line ";

  private ScenarioRunner() {}

  /** Runs it with a group of its own; what fails is told as a line too. */
  public static void run(Scenario scenario, Group.Opener opener, Consumer<ResultLine> to) {
    int done = 0;
    try (DataDirectory directory = DataDirectory.create();
        Group group = opener.open(scenario, directory)) {
      for (Step step : scenario.steps()) {
        to.accept(run(scenario, step, group));
        done++;
      }
    } catch (Exception | LinkageError wrong) {
      wrong.printStackTrace(System.err); // the log of that process keeps it
      String why = String.valueOf(wrong.getMessage());
      for (Step step : scenario.steps().subList(done, scenario.steps().size())) {
        to.accept(ResultLine.of(scenario, step, List.of(), why));
      }
    }
  }

  private static ResultLine run(Scenario scenario, Step step, Group group) throws Exception {
    try {
      ResultLine line = ResultLine.of(scenario, step, group.measure(step), "");
      return line.isKeptUp() ? line : line.with("could not keep up with what was offered");
    } catch (Driver.Overrun tooMuch) {
      return ResultLine.of(scenario, step, List.of(), String.valueOf(tooMuch.getMessage()));
    }
  }

  /** Runs a scenario given as JSON in a process of its own, which then ends. */
  public static void main(String scenario, Group.Opener opener) throws JsonProcessingException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    run(
        JSON.readValue(scenario, Scenario.class),
        opener,
        line -> out.println("\n" + MARK + toJson(line)));
    System.exit(0); // whatever threads a system has left behind
  }

  public static String toJson(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException wrong) {
      throw new IllegalStateException(wrong);
    }
  }

  /** The line in a line of output that begins with {@link #MARK}. */
  public static ResultLine parse(String output) {
    try {
      return JSON.readValue(output.substring(MARK.length()), ResultLine.class);
    } catch (JsonProcessingException wrong) {
      throw new IllegalStateException("not a line: " + output, wrong);
    }
  }
}
