package dev.synod.bench.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two runs. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Prints the ratio of the second run to the first for all that is in both.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:nothing of ours got worse beyond the spread",
      "1:something did",
      "2:the reports cannot be compared"
    })
public final class CompareCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A.json", description = "The report before.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "B.json", description = "The report after.")
  private Path after = Path.of("");

  @Override
  public Integer call() {
    Report first = read(before);
    Report second = read(after);
    Comparison comparison = Comparison.of(first, second);
    if (comparison.rows().isEmpty()) {
      throw wrong(String.format(Locale.ROOT, "%s and %s have no line in common", before, after));
    }
    PrintWriter out = command().commandLine().getOut();
    if (!first.machine().system().equals(second.machine().system())
        || first.machine().processors() != second.machine().processors()) {
      out.println("These are different machines: only the goals, which are ratios, say anything.");
    }
    if (first.smoke() || second.smoke()) {
      out.println("One is a smoke run, whose figures mean nothing.");
    }
    comparison.rows().forEach(row -> out.println(row.toText()));
    int worse = comparison.worse().size();
    out.printf(
        Locale.ROOT, "%n%d of %d got worse beyond the spread.%n", worse, comparison.rows().size());
    out.flush();
    return worse == 0 ? 0 : 1;
  }

  private Report read(Path file) {
    try {
      return Report.read(file);
    } catch (IOException unreadable) {
      throw wrong(String.format(Locale.ROOT, "%s is no report: %s", file, unreadable.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command().commandLine(), message);
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    }
    return spec;
  }
}
