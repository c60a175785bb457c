package dev.synod.bench.run;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.report.Report;
import dev.synod.bench.standard.StandardSet;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the standard set, and writes what it came to. */
@Command(
    name = "standard",
    mixinStandardHelpOptions = true,
    description = "Measures ourselves, the floors and the peers; some seventeen minutes.")
public final class StandardCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.html and report.json go. Default: report, where the jar is.")
  private Path directory = DataDirectory.besideTheCode().resolve("report");

  @Option(names = "--smoke", description = "Everything as briefly as can be: shows that it works.")
  private boolean smoke;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Only scenarios whose name has that in it, as in 'Synod.*FSYNC|Aeron'.")
  private @Nullable Pattern only;

  @Option(names = "--no-parts", description = "Leaves out what JMH measures.")
  private boolean noParts;

  @Option(
      names = "--jvm",
      paramLabel = "FLAG",
      description = "One more flag for the virtual machine of every process.")
  private List<String> flags = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where files of groups are made; a real disk. Default: where the jar is.")
  private @Nullable Path data;

  @Override
  public Integer call() throws Exception {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    }
    // Given to all processes, so that peers have their files where we have ours.
    Path files = data == null ? DataDirectory.besideTheCode().resolve("bench-data") : data;
    System.setProperty(DataDirectory.PROPERTY, files.toAbsolutePath().toString());
    DataDirectory.create().close(); // says at once if that is no disk
    Files.createDirectories(directory);
    PrintWriter out = spec.commandLine().getOut();
    StandardSet set = smoke ? StandardSet.smoke() : StandardSet.full();
    Pattern pattern = only;
    Predicate<Scenario> wanted =
        scenario -> pattern == null || pattern.matcher(scenario.label()).find();
    Report report = new StandardRun(set, wanted, flags, out).run(directory, !noParts);
    report.write(directory);
    out.println();
    out.println(report.toText());
    out.println();
    out.println("Written to " + directory.resolve("report.html") + " and report.json");
    out.flush();
    return 0;
  }
}
