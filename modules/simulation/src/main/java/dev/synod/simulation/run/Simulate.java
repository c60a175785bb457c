package dev.synod.simulation.run;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Runner;
import dev.synod.simulation.plan.Swarm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs ranges of seeds, for the command {@code synod simulate}. It uses all processors; the result
 * does not depend on their number.
 */
public final class Simulate {
  /** Number of seeds between two checks for failures. */
  private static final int CHUNK = 64;

  private static final int SHRINKING = 600;

  private static final Pattern LISTS = Pattern.compile("\\[[^\\[\\]]*\\]");
  private static final Pattern MEMBERS = Pattern.compile("\\b[a-z][0-9]*\\b");
  private static final Pattern NUMBERS = Pattern.compile("[0-9]+");

  private Simulate() {}

  /**
   * What to run.
   *
   * @param seeds number of seeds
   * @param from first seed
   * @param mutant deliberate mistake; null for none
   * @param trace file for the first failure, shrunk: as text in this file, and as JSON in the file
   *     of the same name with {@code .json}; null for none
   */
  public record Options(long seeds, long from, @Nullable Mutant mutant, @Nullable Path trace) {
    public Options {
      if (seeds < 1) {
        throw new IllegalArgumentException("expected 1 seed or more, found " + seeds);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param seeds that were run
   * @param failures those that went wrong
   * @param micros of virtual time
   * @param faults that were injected
   * @param acknowledged commands that clients were told are applied
   */
  public record Report(
      long seeds, List<Result> failures, long micros, long faults, long acknowledged) {
    /** Returns 1 if a run failed, otherwise 0. */
    public int exitCode() {
      return failures.isEmpty() ? 0 : 1;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "seeds=%d violations=%d virtual-hours=%.1f faults=%d acknowledged=%d",
          seeds,
          failures.size(),
          micros / 3.6e9,
          faults,
          acknowledged);
    }
  }

  /**
   * Runs a range of seeds and reports each failure at once, with the command that replays it. All
   * failing seeds are listed at the end, grouped by what went wrong.
   *
   * @param out receives the output line by line
   * @throws IOException if the trace cannot be written
   */
  public static Report run(Options options, Consumer<String> out) throws IOException {
    return run(options, out, sofar -> {});
  }

  /**
   * Runs a range of seeds as {@link #run(Options, Consumer)} does, and reports the progress.
   *
   * @param progress receives the intermediate result from time to time
   */
  public static Report run(Options options, Consumer<String> out, Consumer<Report> progress)
      throws IOException {
    Runner runner = runner(options.mutant());
    Report report =
        run(
            runner,
            options.from(),
            options.seeds(),
            false,
            failure -> out.accept(tell(failure, options.mutant())),
            progress);
    grouped(report.failures()).forEach(out);
    if (options.trace() != null && !report.failures().isEmpty()) {
      Result small = Shrinker.shrink(runner, report.failures().get(0), SHRINKING);
      write(runner.run(small.plan(), true), options.mutant(), options.trace());
      out.accept(
          String.format(
                  Locale.ROOT,
                  "the first failure, shrunk to %d members, %d clients, %.1f virtual seconds and %d faults,",
                  small.plan().members().size(),
                  small.plan().clients(),
                  small.micros() / 1e6,
                  small.faults())
              + " is in "
              + options.trace()
              + " and "
              + json(options.trace()));
    }
    out.accept(report.toString());
    return report;
  }

  /**
   * Replays a failure that {@link #run} has written as JSON.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the file is no trace of a run
   */
  public static Report replay(Path json, Consumer<String> out) throws IOException {
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(Files.readString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          json + " is not the trace of a run: " + e.getOriginalMessage(), e);
    }
    if (!tree.path("plan").isObject() || !tree.path("mutant").isTextual()) {
      throw new IllegalArgumentException(
          json + " is not the trace of a run: it has no 'plan' and 'mutant'");
    }
    String label = tree.path("mutant").textValue();
    Mutant mutant = label.isEmpty() ? null : Mutant.of(label);
    Result result = runner(mutant).run(Plan.fromJson(tree.path("plan").toString()), true);
    result.trace().forEach(event -> out.accept(event.toString()));
    Report report =
        new Report(
            1,
            result.failed() ? List.of(result) : List.of(),
            result.micros(),
            result.faults(),
            result.acknowledged());
    out.accept(report.toString());
    return report;
  }

  /** Result of hunting a mutant. */
  public record Kill(Mutant mutant, long seeds, String violation) {
    /** Tells whether a run detected the mutant. */
    public boolean killed() {
      return !violation.isEmpty();
    }
  }

  /**
   * Runs a mutant from seed 1 on, until a run detects it.
   *
   * @param atMost maximum number of seeds
   */
  public static Kill hunt(Mutant mutant, long atMost) {
    Report report = run(runner(mutant), 1, atMost, true, failure -> {}, sofar -> {});
    return report.failures().isEmpty()
        ? new Kill(mutant, atMost, "")
        : new Kill(
            mutant, report.failures().get(0).plan().seed(), report.failures().get(0).violation());
  }

  /** Hunts all mutants and prints a Markdown table of the seeds that detected them. */
  public static List<Kill> hunt(long atMost, Consumer<String> out) {
    out.accept("| mutant | killed by seed | as |");
    out.accept("| --- | ---: | --- |");
    List<Kill> kills = new ArrayList<>();
    for (Mutant mutant : Mutant.values()) {
      Kill kill = hunt(mutant, atMost);
      kills.add(kill);
      out.accept(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s |",
              mutant.label(),
              kill.killed() ? String.valueOf(kill.seeds()) : "SURVIVED " + kill.seeds(),
              shorten(kill.violation())));
    }
    return kills;
  }

  private static String shorten(String violation) {
    String line = violation.lines().findFirst().orElse("");
    // Cut at a word: a part of a word is another word, which a page may not contain.
    return line.length() <= 100
        ? line
        : line.substring(0, Math.max(1, line.lastIndexOf(' ', 100))) + " …";
  }

  private static Runner runner(@Nullable Mutant mutant) {
    return mutant == null ? new Simulation() : MutantLoader.runner(mutant);
  }

  private static Report run(
      Runner runner,
      long from,
      long seeds,
      boolean untilFailure,
      Consumer<Result> onFailure,
      Consumer<Report> progress) {
    List<Result> failures = new ArrayList<>();
    long micros = 0;
    long faults = 0;
    long acknowledged = 0;
    long done = 0;
    while (done < seeds && !(untilFailure && !failures.isEmpty())) {
      long first = from + done;
      long next = Math.min(CHUNK, seeds - done);
      List<Result> results =
          LongStream.range(first, first + next)
              .parallel()
              .mapToObj(seed -> runner.run(Swarm.draw(seed), false))
              .toList();
      for (Result result : results) {
        micros += result.micros();
        faults += result.faults();
        acknowledged += result.acknowledged();
        if (result.failed()) {
          failures.add(result);
          onFailure.accept(result);
        }
      }
      done += next;
      progress.accept(new Report(done, failures, micros, faults, acknowledged));
    }
    return new Report(done, failures, micros, faults, acknowledged);
  }

  private static String command(Plan plan, @Nullable Mutant mutant) {
    return "synod simulate --seeds 1 --from "
        + plan.seed()
        + (mutant == null ? "" : " --mutant " + mutant.label());
  }

  private static String tell(Result failure, @Nullable Mutant mutant) {
    return "seed "
        + failure.plan().seed()
        + ": "
        + failure.violation()
        + "\n  again: "
        + command(failure.plan(), mutant)
        + " --trace FILE";
  }

  /** One line for each way in which seeds fail, the most frequent first, with all its seeds. */
  private static List<String> grouped(List<Result> failures) {
    Map<String, List<Long>> seeds = new TreeMap<>();
    for (Result failure : failures) {
      seeds
          .computeIfAbsent(pattern(failure.violation()), ignored -> new ArrayList<>())
          .add(failure.plan().seed());
    }
    return seeds.entrySet().stream()
        .sorted(Comparator.comparingInt(group -> -group.getValue().size()))
        .map(
            group ->
                String.format(
                    Locale.ROOT,
                    "%d of %d failed as: %s\n  seeds %s",
                    group.getValue().size(),
                    failures.size(),
                    group.getKey(),
                    group.getValue().stream().map(String::valueOf).collect(joining(", "))))
        .toList();
  }

  /**
   * The violation without what differs from seed to seed: lists of members and what their states
   * are, names of members, and numbers.
   */
  private static String pattern(String violation) {
    String line = violation.lines().findFirst().orElse("");
    int states = line.indexOf(": [");
    String listed = LISTS.matcher(states < 0 ? line : line.substring(0, states)).replaceAll("[…]");
    String named = MEMBERS.matcher(listed).replaceAll("MEMBER");
    return NUMBERS.matcher(named).replaceAll("N");
  }

  private static Path json(Path trace) {
    return trace.resolveSibling(trace.getFileName() + ".json");
  }

  private static void write(Result result, @Nullable Mutant mutant, Path trace) throws IOException {
    List<String> text = new ArrayList<>();
    text.add("violation: " + result.violation());
    text.add("plan: " + result.plan().toJson());
    text.add("");
    result.trace().forEach(event -> text.add(event.toString()));
    Files.write(trace, text);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = mapper.createObjectNode();
    tree.put("violation", result.violation());
    tree.put("mutant", mutant == null ? "" : mutant.label());
    tree.put("faults", result.faults());
    tree.put("virtualMicros", result.micros());
    tree.set("plan", mapper.valueToTree(result.plan()));
    tree.set("events", mapper.valueToTree(result.trace()));
    mapper.writerWithDefaultPrettyPrinter().writeValue(json(trace).toFile(), tree);
  }
}
