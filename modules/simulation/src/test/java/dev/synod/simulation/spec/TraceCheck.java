package dev.synod.simulation.spec;

import dev.synod.fuzzing.Tlc;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.plan.QuorumGenerator;
import dev.synod.simulation.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks TLC whether each step of some runs is a step of the specification. The runs have members and
 * quorums in common, so that one start of TLC serves them all.
 */
final class TraceCheck {
  /** Where the specification lies; Maven runs the tests of a module in its directory. */
  private static final Path SPEC = Path.of("..", "core", "src", "spec");

  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx1g", "-Xss16m", "-XX:TieredStopAtLevel=1");

  private static final Pattern REACHED = Pattern.compile("<<\"reached\", (\\d+), (\\d+)>>");

  private static final int BEFORE = 12;

  /** A run, as the specification sees it. */
  record Trace(String name, List<Step> steps) {}

  /**
   * What TLC said of a trace.
   *
   * @param accepted steps of it, from the first one
   */
  record Verdict(Trace trace, int accepted) {
    boolean refused() {
      return accepted < trace.steps().size();
    }

    /** Empty if every step is one of the specification. */
    String message() {
      if (!refused()) {
        return "";
      }
      List<Step> steps = trace.steps();
      Step refused = steps.get(accepted);
      return "%s: step %d of %d is no step of the specification: %s%n  as an event: %s%n  before it:%n%s"
          .formatted(
              trace.name(),
              accepted + 1,
              steps.size(),
              refused.text().strip(),
              refused.event(),
              steps.subList(Math.max(0, accepted - BEFORE), accepted).stream()
                  .map(step -> "    " + step.text() + "\n")
                  .collect(Collectors.joining()));
    }
  }

  private TraceCheck() {}

  /**
   * Checks these.
   *
   * @param directory the check's own
   */
  static List<Verdict> check(
      Path directory, List<String> members, String quorum, long alpha, List<Trace> traces)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    QuorumSystem quorums = QuorumGenerator.written(members, quorum);
    Files.writeString(directory.resolve("Observed.tla"), observed(quorums, traces));
    Tlc.Result result =
        new Tlc(SPEC, directory, JVM_OPTIONS, Duration.ofMinutes(2))
            .check("Observed", configuration(members.size(), alpha));
    int[] accepted = new int[traces.size()];
    Matcher reached = REACHED.matcher(result.output());
    while (reached.find()) {
      int trace = Integer.parseInt(reached.group(1)) - 1;
      accepted[trace] = Math.max(accepted[trace], Integer.parseInt(reached.group(2)));
    }
    if (!result.complete()) {
      throw new IllegalStateException(
          "TLC could not check the traces in " + directory + ":\n" + result.output());
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < accepted.length; i++) {
      verdicts.add(new Verdict(traces.get(i), accepted[i]));
    }
    return verdicts;
  }

  private static String observed(QuorumSystem quorums, List<Trace> traces) {
    StringBuilder text = new StringBuilder("---- MODULE Observed ----\nEXTENDS Trace\n\n");
    long slots = 1;
    for (int i = 0; i < traces.size(); i++) {
      text.append("Trace").append(i + 1).append(" == <<");
      String separator = "\n  ";
      for (Step step : traces.get(i).steps()) {
        text.append(separator).append(step.event());
        separator = ",\n  ";
        slots = Math.max(slots, step.slot());
      }
      text.append(">>\n\n");
    }
    text.append("AllTraces == <<");
    for (int i = 0; i < traces.size(); i++) {
      text.append(i == 0 ? "" : ", ").append("Trace").append(i + 1);
    }
    text.append(">>\nAllSlots == 1 .. ").append(slots);
    text.append("\nOnly == <<Group(Members, ")
        .append(family(quorums, Phase.ONE))
        .append(", ")
        .append(family(quorums, Phase.TWO))
        .append(")>>\n====\n");
    return text.toString();
  }

  private static String family(QuorumSystem quorums, Phase phase) {
    List<String> sets = new ArrayList<>();
    for (long set = 0; set < 1L << quorums.members().size(); set++) {
      if (quorums.isQuorum(phase, set)) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < quorums.members().size(); i++) {
          if ((set >> i & 1) == 1) {
            names.add("a" + (i + 1));
          }
        }
        sets.add("{" + String.join(", ", names) + "}");
      }
    }
    return "{" + String.join(", ", sets) + "}";
  }

  private static String configuration(int members, long alpha) throws IOException {
    // The rules of the model: all of them hold.
    String rules =
        Files.readString(SPEC.resolve("large-disks.cfg"))
            .lines()
            .filter(line -> line.endsWith(" = TRUE"))
            .collect(Collectors.joining("\n"));
    StringBuilder text = new StringBuilder("SPECIFICATION TraceSpec\nCONSTRAINT Reached\n");
    text.append("INVARIANTS Agreement KnownIsChosen\n");
    text.append("CHECK_DEADLOCK FALSE\n\nCONSTANTS\n");
    StringBuilder names = new StringBuilder();
    for (int i = 1; i <= 5; i++) {
      text.append("  a").append(i).append(" = a").append(i).append('\n');
      if (i <= members) {
        names.append(i == 1 ? "" : ", ").append('a').append(i);
      }
    }
    return text
        + "  Members = {"
        + names
        + "}\n  Ballots <- One\n  Slots <- AllSlots\n  Alpha = "
        + alpha
        + "\n  Configurations <- Only\n  Changes = {}\n  Lost = {}\n  Owner <- OwnerInOrder\n"
        + "  Traces <- AllTraces\n"
        + rules
        + "\n";
  }
}
