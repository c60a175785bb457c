package dev.synod.bench.run;

import com.sun.management.OperatingSystemMXBean;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.micro.JmhRuns;
import dev.synod.bench.report.Machine;
import dev.synod.bench.report.Report;
import dev.synod.bench.standard.PeerSystems;
import dev.synod.bench.standard.StandardSet;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.openjdk.jmh.runner.RunnerException;

/** Runs the standard set, one process after the other, and shows how far it is. */
final class StandardRun {
  /** Seconds until a group stands: measured on two cores, for the plan only. */
  private static final double START = 9;

  /**
   * On two cores the common pool would have one thread, and then CompletableFuture starts a thread
   * for each continuation instead: Hazelcast was thirty times as slow.
   */
  private static final List<String> CORES =
      List.of(
          "-XX:+UseG1GC",
          "-XX:ActiveProcessorCount=2",
          "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");

  private final StandardSet set;
  private final Predicate<Scenario> wanted;
  private final PrintWriter out;
  private final List<String> flags;
  private final List<ResultLine> lines = new ArrayList<>();
  private final Map<String, String> missing = new LinkedHashMap<>();
  private final long began = System.nanoTime();
  private double expected;

  StandardRun(StandardSet set, Predicate<Scenario> wanted, List<String> more, PrintWriter out) {
    this.set = set;
    this.wanted = wanted;
    this.out = out;
    this.flags = new ArrayList<>(CORES);
    flags.addAll(set.isSmoke() ? List.of("-Xmx1g") : heap());
    flags.addAll(more);
  }

  /**
   * Enough for the log of the fastest load, which members keep in memory in full; and all of it in
   * place before anything is measured. On a virtual machine the first touch of a page goes to the
   * host, and a heap that grows while it is measured is up to ten times as slow.
   */
  private static List<String> heap() {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long size = Math.min(9, (machine.getTotalMemorySize() / 2) >> 30);
    return List.of(
        "-Xms" + size + "g",
        "-Xmx" + size + "g",
        "-XX:+UseTransparentHugePages",
        "-XX:+AlwaysPreTouch");
  }

  /** Runs what is wanted; logs of the processes go to that directory. */
  Report run(Path directory, boolean parts) throws Exception {
    Machine machine = Machine.here(flags);
    List<Scenario> plan = plan();
    double partSeconds = set.isSmoke() ? 0.1 : 1;
    double partsTime = parts ? JmhRuns.COUNT * (3 * partSeconds + 1) : 0;
    expected = partsTime + plan.stream().mapToDouble(StandardRun::seconds).sum();
    show(plan, partsTime);
    if (parts) {
      parts(partSeconds);
    }
    ScenarioProcess process = new ScenarioProcess(directory.resolve("processes.log"), flags);
    for (int i = 0; i < plan.size(); i++) {
      Scenario scenario = plan.get(i);
      say("[%s] %2d of %d: %s", clock(), i + 1, plan.size(), scenario.label());
      process.run(scenario, this::took);
    }
    say("[%s] done", clock());
    return new Report(machine, set.isSmoke(), lines, missing);
  }

  private List<Scenario> plan() {
    List<Scenario> plan = new ArrayList<>(set.ours());
    for (Scenario peer : PeerSystems.scenarios(set)) {
      String why = PeerSystems.missing(peer);
      if (why.isEmpty()) {
        plan.add(peer);
      } else {
        missing.put(peer.system(), why);
      }
    }
    plan.removeIf(wanted.negate());
    return plan;
  }

  private static double seconds(Scenario scenario) {
    return START
        + 0.7 * scenario.members() * (scenario.kind() == SubjectKind.PEER ? 0.5 : 1)
        + scenario.seconds();
  }

  private void show(List<Scenario> plan, double partsTime) {
    say("The plan; it takes about %.0f minutes:", Math.ceil(expected / 60));
    if (partsTime > 0) {
      say("  %4.0f s  parts on their own and the force floor, by JMH", partsTime);
    }
    for (Scenario scenario : plan) {
      say("  %4.0f s  %s", seconds(scenario), scenario.label());
      for (Step step : scenario.steps()) {
        say(
            "          %s: %.1f s of warming up, %d × %.1f s",
            step.label(), step.window().warmUp(), step.window().times(), step.window().measured());
      }
    }
    missing.forEach((peer, why) -> say("   not there: %s (%s)", peer, why));
  }

  private void parts(double seconds) throws RunnerException {
    say("[%s] parts on their own, by JMH", clock());
    JmhRuns.run(1, seconds, flags).forEach(this::took);
  }

  private void took(ResultLine line) {
    lines.add(line);
    String name =
        line.kind() == SubjectKind.PART ? line.id() : line.operation() + ", " + line.load().label();
    if (line.isMeasured()) {
      say(
          "        %-44s %,12.0f/s   p50 %,9.1f µs   p99 %,9.1f µs",
          name, line.perSecond(), line.p50(), line.p99());
    } else {
      say("        %-44s not measured: %s", name, line.note());
    }
  }

  private String clock() {
    long seconds = (System.nanoTime() - began) / 1_000_000_000L;
    return String.format(
        Locale.ROOT,
        "%d:%02d of about %d:%02d",
        seconds / 60,
        seconds % 60,
        (int) expected / 60,
        (int) expected % 60);
  }

  private void say(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
    out.flush();
  }
}
