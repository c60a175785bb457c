package dev.synod.bench.report;

import dev.synod.bench.groups.GroupFactory;
import dev.synod.bench.load.Load;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.micro.JmhRuns;
import dev.synod.bench.standard.StandardSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds lines of a run; what was not measured is told by an exception that says what it was. */
final class LineFinder {
  private final List<ResultLine> lines;

  LineFinder(List<ResultLine> lines) {
    this.lines = lines;
  }

  /** A line that a goal needs is not there. */
  static final class NotMeasured extends Exception {
    private static final long serialVersionUID = 1;

    NotMeasured(String message) {
      super(message);
    }
  }

  ResultLine put(String durability, int members, int outstanding) throws NotMeasured {
    return ours("", durability, members, "put", StandardSet.VALUE, outstanding);
  }

  ResultLine ours(
      String setting, String durability, int members, String operation, int bytes, int outstanding)
      throws NotMeasured {
    String what =
        String.format(
            Locale.ROOT,
            "%s %s, %d members, %s %d B, %d outstanding",
            GroupFactory.SYNOD,
            durability,
            members,
            operation,
            bytes,
            outstanding);
    return one(
        setting.isEmpty() ? what : what + " (" + setting + ")",
        line ->
            line.kind() == SubjectKind.OURS
                && line.setting().equals(setting)
                && line.durability().equals(durability)
                && line.members() == members
                && line.operation().equals(operation)
                && line.valueBytes() == bytes
                && line.load().equals(Load.closed(outstanding)));
  }

  /** The one line of ours with that operation. */
  ResultLine ours(String operation) throws NotMeasured {
    return one(
        operation, line -> line.kind() == SubjectKind.OURS && line.operation().equals(operation));
  }

  ResultLine floor(String system, int bytes, int outstanding) throws NotMeasured {
    return one(
        String.format(
            Locale.ROOT, "the floor '%s' with %d B, %d outstanding", system, bytes, outstanding),
        line ->
            line.kind() == SubjectKind.FLOOR
                && line.system().equals(system)
                && line.valueBytes() == bytes
                && line.load().equals(Load.closed(outstanding)));
  }

  ResultLine force(int writers) throws NotMeasured {
    return one(
        String.format(Locale.ROOT, "force with %d writers", writers),
        line -> line.system().equals(JmhRuns.FORCE) && line.members() == writers);
  }

  /** The fastest peer that is durable and has a network. */
  ResultLine bestDurablePeer(int members, int outstanding) throws NotMeasured {
    return peers("FSYNC", members, outstanding)
        .filter(line -> !isWithoutNetwork(line))
        .max(Comparator.comparingDouble(ResultLine::perSecond))
        .orElseThrow(
            () ->
                new NotMeasured(
                    String.format(
                        Locale.ROOT,
                        "no durable peer was measured with %d members and %d outstanding",
                        members,
                        outstanding)));
  }

  ResultLine peer(String system, String setting, String durability, int outstanding)
      throws NotMeasured {
    return peers(durability, 3, outstanding)
        .filter(line -> line.system().equals(system) && line.setting().equals(setting))
        .findFirst()
        .orElseThrow(() -> new NotMeasured(system + ", " + setting + " was not measured"));
  }

  Stream<ResultLine> peers(String durability, int members, int outstanding) {
    return lines.stream()
        .filter(ResultLine::isMeasured)
        .filter(
            line ->
                line.kind() == SubjectKind.PEER
                    && line.durability().equals(durability)
                    && line.members() == members
                    && line.load().equals(Load.closed(outstanding)));
  }

  static boolean isWithoutNetwork(ResultLine line) {
    return line.setting().startsWith("method calls");
  }

  private ResultLine one(String what, Predicate<ResultLine> wanted) throws NotMeasured {
    ResultLine found =
        lines.stream()
            .filter(wanted)
            .findFirst()
            .orElseThrow(() -> new NotMeasured(what + " was not part of this run"));
    if (!found.isMeasured()) {
      throw new NotMeasured(what + ": " + found.note());
    }
    return found;
  }
}
