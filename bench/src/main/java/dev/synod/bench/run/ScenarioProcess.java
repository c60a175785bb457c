package dev.synod.bench.run;

import dev.synod.bench.load.Jvm;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.ScenarioRunner;
import dev.synod.bench.load.Step;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.standard.PeerSystems;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process of its own for a scenario. What it says beside its lines goes to a log. */
final class ScenarioProcess {
  private static final double PATIENCE = 90;

  /** What Agrona and Hazelcast ask for in their documentation. */
  private static final List<String> OPENED =
      List.of(
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-modules=java.se",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

  private final Path log;
  private final List<String> flags;

  /**
   * Runs scenarios with these flags of the virtual machine.
   *
   * @param log is appended to
   */
  ScenarioProcess(Path log, List<String> flags) {
    this.log = log;
    this.flags = flags;
  }

  /** Runs it, and tells of each of its steps, in order, as soon as it ends. */
  void run(Scenario scenario, Consumer<ResultLine> to) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(scenario)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    CompletableFuture<Process> late =
        process
            .onExit()
            .orTimeout((long) (PATIENCE + 3 * scenario.seconds()), TimeUnit.SECONDS)
            .whenComplete(
                (ended, timeout) -> {
                  if (timeout != null) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                  }
                });
    List<ResultLine> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        Writer keep =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      keep.write("==== " + scenario.label() + "\n");
      for (String said = output.readLine(); said != null; said = output.readLine()) {
        if (said.startsWith(ScenarioRunner.MARK)) {
          ResultLine line = ScenarioRunner.parse(said);
          lines.add(line);
          to.accept(line);
        } else {
          keep.write(said + "\n");
        }
      }
    }
    int status = process.waitFor();
    String why =
        late.isCompletedExceptionally()
            ? "it did not end in time; see " + log
            : "its process ended with " + status + "; see " + log;
    for (Step step : scenario.steps().subList(lines.size(), scenario.steps().size())) {
      to.accept(ResultLine.of(scenario, step, List.of(), why));
    }
  }

  private List<String> command(Scenario scenario) {
    String json = ScenarioRunner.toJson(scenario);
    List<String> all = new ArrayList<>(flags);
    all.addAll(OPENED);
    return scenario.kind() == SubjectKind.PEER
        ? Jvm.command(all, PeerSystems.classPath(), PeerSystems.MAIN, List.of(json))
        : Jvm.command(all, "scenario", json);
  }
}
