package dev.synod.app.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import dev.synod.app.terminal.Progress;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.run.Simulate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code synod simulate}. */
@Command(
    name = "simulate",
    description = {
      "Runs whole clusters in virtual time, on networks, disks and clocks that fail as the seed says.",
      "Prints each seed that goes wrong, with the command that plays it again."
    })
public final class SimulateCommand implements Callable<Integer> {
  /** A mutant is found by then, or the simulator is not cruel enough. */
  private static final long HUNTED = 10_000;

  private static final long MOST_DRAWN = 10_000_000_000L;

  @Spec private @Nullable CommandSpec spec;

  @ArgGroup(exclusive = true)
  private What what = new What();

  static final class What {
    @ArgGroup(exclusive = false)
    private @Nullable Range range;

    @Option(
        names = "--replay",
        paramLabel = "FILE.json",
        description = "Plays the shrunk failure again that --trace has written, and prints it.")
    private @Nullable Path replay;

    @Option(
        names = "--mutants",
        description = "Hunts every mutant from seed 1 on, and prints a table of the seeds it took.")
    private boolean mutants;
  }

  static final class Range {
    @Option(
        names = "--seeds",
        defaultValue = "5000",
        paramLabel = "N",
        description = "How many; ${DEFAULT-VALUE} if left out.")
    private long seeds = 5_000;

    @Option(
        names = "--from",
        paramLabel = "SEED",
        description = "The first; if left out, drawn at random and printed, or 1 with --mutant.")
    private @Nullable Long from;

    @Option(
        names = "--mutant",
        paramLabel = "NAME",
        completionCandidates = Mutants.class,
        converter = Mutants.class,
        description = "Makes this mistake on purpose (needs a JDK): ${COMPLETION-CANDIDATES}.")
    private @Nullable Mutant mutant;

    @Option(
        names = "--trace",
        paramLabel = "FILE",
        description = "Writes the first failure, made small, to FILE, and to FILE.json for tools.")
    private @Nullable Path trace;
  }

  /** Mutants by their names. */
  static final class Mutants extends ArrayList<String>
      implements CommandLine.ITypeConverter<Mutant> {
    private static final long serialVersionUID = 1L;

    Mutants() {
      super(Arrays.stream(Mutant.values()).map(Mutant::label).toList());
    }

    @Override
    public Mutant convert(String label) {
      try {
        return Mutant.of(label);
      } catch (IllegalArgumentException unknown) {
        throw new CommandLine.TypeConversionException(String.valueOf(unknown.getMessage()));
      }
    }
  }

  @Override
  public Integer call() throws IOException {
    // Members of a simulated cluster lose their disks all the time.
    ((Logger) LoggerFactory.getLogger("dev.synod.storage")).setLevel(Level.OFF);
    Range range = what.range == null ? new Range() : what.range;
    if (what.mutants || range.mutant != null) {
      needsACompiler();
    }
    if (what.mutants) {
      List<Simulate.Kill> kills = Simulate.hunt(HUNTED, System.out::println);
      return kills.stream().allMatch(Simulate.Kill::killed) ? ExitCode.DONE : ExitCode.VIOLATION;
    }
    if (what.replay != null) {
      return replay(what.replay);
    }
    if (range.seeds < 1) {
      throw wrong("--seeds: expected 1 or more, got " + range.seeds);
    }
    Simulate.Options options =
        new Simulate.Options(range.seeds, first(range), range.mutant, range.trace);
    Simulate.Report report;
    try (Progress progress = Progress.onStandardError("simulate", range.seeds, "seeds", 1)) {
      report =
          Simulate.run(
              options, System.out::println, sofar -> progress.at(sofar.seeds(), sofar::toString));
    }
    return report.failures().isEmpty() ? ExitCode.DONE : ExitCode.VIOLATION;
  }

  /** A fixed range shows that nothing got worse; only new seeds find what no seed has found yet. */
  private static long first(Range range) {
    if (range.from != null) {
      return range.from;
    }
    if (range.mutant != null) {
      return 1;
    }
    long drawn = ThreadLocalRandom.current().nextLong(1, MOST_DRAWN);
    System.out.println("from seed " + drawn + ", drawn at random");
    return drawn;
  }

  private Integer replay(Path json) {
    try {
      return Simulate.replay(json, System.out::println).failures().isEmpty()
          ? ExitCode.DONE
          : ExitCode.VIOLATION;
    } catch (IllegalArgumentException wrong) {
      throw new CommandFailure(ExitCode.DATA, String.valueOf(wrong.getMessage()));
    } catch (IOException failure) {
      throw new CommandFailure(
          ExitCode.NO_INPUT, json + ": cannot be read: " + IoMessages.of(failure));
    }
  }

  private void needsACompiler() {
    if (ToolProvider.getSystemJavaCompiler() == null) {
      throw wrong("a mutant has to be compiled: run this with a JDK, not a JRE");
    }
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException("picocli did not say which command this is");
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
