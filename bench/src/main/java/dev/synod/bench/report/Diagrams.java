package dev.synod.bench.report;

import dev.synod.bench.groups.GroupFactory;
import dev.synod.bench.load.Load;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.report.Plot.Axis;
import dev.synod.bench.report.Plot.Series;
import dev.synod.bench.standard.StandardSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The page's diagrams, each only if there is something to show. */
final class Diagrams {
  /** A diagram with what a reader must know of it. */
  record Diagram(String title, String explanation, String svg) {}

  private final List<ResultLine> lines;
  private final List<Diagram> all = new ArrayList<>();

  Diagrams(List<ResultLine> lines) {
    this.lines = lines.stream().filter(ResultLine::isMeasured).toList();
  }

  List<Diagram> all() {
    for (int outstanding : new int[] {64, 1024}) {
      beside("FSYNC", "durable", outstanding);
      beside("MEMORY", "without syncing", outstanding);
    }
    latencyAgainstLoad();
    percentiles("FSYNC", "durable");
    percentiles("MEMORY", "without syncing");
    growth();
    return all;
  }

  private Stream<ResultLine> puts(String durability, int members) {
    return lines.stream()
        .filter(
            line ->
                line.kind() != SubjectKind.PART
                    && line.durability().equals(durability)
                    && line.members() == members
                    && line.valueBytes() == StandardSet.VALUE
                    && line.operation().equals("put"));
  }

  private void beside(String durability, String words, int outstanding) {
    Load load = Load.closed(outstanding);
    List<ResultLine> shown = new ArrayList<>();
    puts(durability, 3).filter(line -> line.load().equals(load)).forEach(shown::add);
    if (durability.equals("MEMORY")) {
      lines.stream()
          .filter(line -> line.system().equals(GroupFactory.FRAMES))
          .filter(line -> line.load().equals(load) && line.valueBytes() == StandardSet.VALUE)
          .forEach(shown::add);
    }
    shown.sort(Comparator.comparingDouble(ResultLine::perSecond).reversed());
    if (shown.isEmpty()) {
      return;
    }
    String title = String.format(Locale.ROOT, "Commands/s, 3 members, %s, %s", words, load.label());
    List<Bars.Bar> bars =
        shown.stream()
            .map(
                line ->
                    new Bars.Bar(
                        name(line),
                        line.perSecond(),
                        style(line),
                        Plot.number(line.perSecond()) + "/s"))
            .toList();
    all.add(new Diagram(title, "100 B values, all members on this machine.", Bars.of(title, bars)));
  }

  private static String style(ResultLine line) {
    return switch (line.kind()) {
      case OURS -> "ours";
      case FLOOR -> "floor";
      default -> "peer";
    };
  }

  private static String name(ResultLine line) {
    return line.setting().isEmpty() ? line.system() : line.system() + ", " + line.setting();
  }

  private void latencyAgainstLoad() {
    List<Series> open =
        series(
            line -> line.kind() == SubjectKind.OURS && line.load().isOpen() && line.isKeptUp(),
            line -> line.system() + ", " + line.durability() + ", p99",
            line -> new double[] {line.load().perSecond(), line.p99()});
    open.addAll(
        series(
            line -> line.kind() == SubjectKind.OURS && line.load().isOpen() && line.isKeptUp(),
            line -> line.system() + ", " + line.durability() + ", p50",
            line -> new double[] {line.load().perSecond(), line.p50()}));
    plot(
        "Latency under a given load",
        "Open loop: commands begin at a fixed rate, and their latency counts from when they were due,"
            + " whatever became of those before. A curve ends where the group could not keep up.",
        "commands/s offered",
        open);
    Predicate<ResultLine> closed =
        line ->
            line.kind() != SubjectKind.FLOOR
                && line.members() == 3
                && line.operation().equals("put")
                && line.valueBytes() == StandardSet.VALUE
                && !line.load().isOpen();
    for (String durability : List.of("FSYNC", "MEMORY")) {
      plot(
          "p99 against commands/s, " + durability,
          "Closed loop: each curve has a dot for 1, 64 and 1,024 commands outstanding. Right is"
              + " faster, low is better.",
          "commands/s",
          series(
              closed.and(line -> line.durability().equals(durability)),
              Diagrams::name,
              line -> new double[] {line.perSecond(), line.p99()}));
    }
  }

  private void plot(String title, String explanation, String across, List<Series> series) {
    if (!series.isEmpty()) {
      Axis x = Axis.log(across, series, 0);
      Axis y = Axis.log("microseconds", series, 1);
      all.add(new Diagram(title, explanation, Plot.of(title, x, y, series)));
    }
  }

  private List<Series> series(
      Predicate<ResultLine> wanted,
      Function<ResultLine, String> name,
      Function<ResultLine, double[]> point) {
    Map<String, List<double[]>> byName = new LinkedHashMap<>();
    lines.stream()
        .filter(line -> line.kind() != SubjectKind.PART)
        .filter(wanted)
        .sorted(Comparator.comparingInt(line -> line.load().outstanding()))
        .forEach(
            line ->
                byName
                    .computeIfAbsent(name.apply(line), ignored -> new ArrayList<>())
                    .add(point.apply(line)));
    List<Series> series = new ArrayList<>();
    byName.forEach((each, points) -> series.add(new Series(each, points)));
    return series;
  }

  private void percentiles(String durability, String words) {
    List<Series> series =
        puts(durability, 3)
            .filter(line -> line.load().equals(Load.closed(64)))
            .map(
                line ->
                    new Series(
                        name(line),
                        line.best().curve().stream()
                            .filter(point -> point.get(0) <= 99.99)
                            .map(point -> new double[] {point.get(0), point.get(1)})
                            .toList()))
            .toList();
    if (!series.isEmpty()) {
      String title =
          String.format(Locale.ROOT, "Percentiles, 3 members, %s, 64 outstanding", words);
      Axis y = Axis.log("microseconds", series, 1);
      all.add(
          new Diagram(
              title,
              "Every step to the right is ten times rarer.",
              Plot.of(title, Axis.percentiles(), y, series)));
    }
  }

  private void growth() {
    List<Series> series =
        series(
            line ->
                line.operation().equals("put")
                    && line.load().equals(Load.closed(1024))
                    && line.valueBytes() == StandardSet.VALUE
                    && (line.kind() == SubjectKind.PEER || line.setting().isEmpty()),
            line -> name(line) + ", " + line.durability(),
            line -> new double[] {line.members(), line.perSecond()});
    series.removeIf(each -> each.points().size() < 2);
    if (!series.isEmpty()) {
      String title = "Growth: commands/s by members, 1,024 outstanding";
      Axis x = Axis.counts("members, all on this machine", 3, 5, 7, 9);
      all.add(
          new Diagram(
              title,
              "All members share the processors here, so that more of them have less each.",
              Plot.of(title, x, Axis.log("commands/s", series, 1), series)));
    }
  }
}
