package dev.synod.bench.report;

import dev.synod.bench.groups.GroupFactory;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.ResultLine;
import dev.synod.bench.report.Goal.Part;
import dev.synod.bench.report.LineFinder.NotMeasured;
import dev.synod.bench.standard.PeerSystems;
import dev.synod.bench.standard.StandardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Computes from the results of a run which of the design's goals it meets. */
final class GoalEvaluation {
  private static final double SLOWED_MICROS = 5_000;
  private static final double ELECTION_MICROS = 500_000;
  private static final double GARBAGE = 2_048;

  private final LineFinder found;
  private final List<Goal> goals = new ArrayList<>();

  private GoalEvaluation(List<ResultLine> lines) {
    found = new LineFinder(lines);
  }

  /** All rows, in the order of the design. */
  static List<Goal> of(List<ResultLine> lines) {
    GoalEvaluation all = new GoalEvaluation(lines);
    all.rates();
    all.reads();
    all.shapes();
    all.costs();
    return all.goals;
  }

  @FunctionalInterface
  private interface Row {
    List<Part> parts() throws NotMeasured;
  }

  private void row(String id, String goal, String why, Row row) {
    try {
      goals.add(Goal.of(id, goal, why, row.parts()));
    } catch (NotMeasured not) {
      goals.add(Goal.unmeasured(id, goal, String.valueOf(not.getMessage())));
    }
  }

  private static Part atLeast(double limit, double figure, double of, String what) {
    return new Part(what, figure / of, limit, false);
  }

  private static Part atMost(double limit, double figure, double of, String what) {
    return new Part(what, figure / of, limit, true);
  }

  private void rates() {
    row(
        "durable-1",
        "durable, 1 outstanding: p50 ≤ 1.3 × (event-bus round trip + force with as many writers as"
            + " members)",
        "",
        () -> {
          double floor =
              found.floor(GroupFactory.REQUEST, StandardSet.VALUE, 1).p50() + found.force(3).p50();
          return List.of(
              atMost(
                  1.3,
                  found.put("FSYNC", 3, 1).p50(),
                  floor,
                  "round trip + force with 3 writers, p50"));
        });
    durable("durable-64", 3, 64, 2, true);
    durable("durable-1024", 3, 1024, 2.5, true);
    row(
        "memory-clustered-bus",
        "MEMORY over the clustered bus, 64 and 1,024: ≥ 0.5 × the frames-without-protocol floor",
        "",
        () -> List.of(frames(64), frames(1024)));
    row(
        "memory-local-bus",
        "MEMORY, one Vert.x, local bus, 1,024: ≥ 1 × MicroRaft with method calls",
        "",
        () ->
            List.of(
                atLeast(
                    1,
                    found
                        .ours("one Vert.x, local bus", "MEMORY", 3, "put", StandardSet.VALUE, 1024)
                        .perSecond(),
                    found.peer(PeerSystems.MICRORAFT, "method calls", "MEMORY", 1024).perSecond(),
                    "MicroRaft with method calls, commands/s")));
    durable("five-members-durable-1024", 5, 1024, 3, false);
  }

  private void durable(String id, int members, int outstanding, double limit, boolean p99) {
    String goal =
        String.format(
            Locale.ROOT,
            "%d members, durable, %,d outstanding: ≥ %s × the best durable peer over a network%s",
            members,
            outstanding,
            limit == Math.rint(limit) ? "" + (int) limit : "" + limit,
            p99 ? ", p99 no worse than its" : "");
    row(
        id,
        goal,
        "",
        () -> {
          ResultLine peer = found.bestDurablePeer(members, outstanding);
          ResultLine ours = found.put("FSYNC", members, outstanding);
          String name = peer.system();
          List<Part> parts = new ArrayList<>();
          parts.add(atLeast(limit, ours.perSecond(), peer.perSecond(), name + ", commands/s"));
          if (p99) {
            parts.add(atMost(1, ours.p99(), peer.p99(), name + ", p99"));
          }
          return parts;
        });
  }

  private Part frames(int outstanding) throws NotMeasured {
    return atLeast(
        0.5,
        found.put("MEMORY", 3, outstanding).perSecond(),
        found.floor(GroupFactory.FRAMES, StandardSet.VALUE, outstanding).perSecond(),
        String.format(Locale.ROOT, "frames without a protocol, commands/s at %,d", outstanding));
  }

  private void reads() {
    row(
        "linearizable-reads",
        "linearizable reads: ≥ 3 × the writes/s of the same row",
        "",
        () -> reads(3, "linearizable read"));
    row(
        "lease-reads",
        "lease reads: ≥ 10 × the writes/s of the same row",
        "",
        () -> reads(10, "lease read"));
  }

  private List<Part> reads(int times, String operation) throws NotMeasured {
    return List.of(
        read(times, operation, "MEMORY", 64),
        read(times, operation, "MEMORY", 1024),
        read(times, operation, "FSYNC", 64));
  }

  private Part read(int times, String operation, String durability, int outstanding)
      throws NotMeasured {
    return atLeast(
        times,
        found.ours("", durability, 3, operation, StandardSet.VALUE, outstanding).perSecond(),
        found.put(durability, 3, outstanding).perSecond(),
        String.format(Locale.ROOT, "writes/s, %s at %,d", durability, outstanding));
  }

  private void shapes() {
    row(
        "flexible-quorums",
        "flexible quorums: 5 members with |P2| = 2, two of them slowed by 5 ms: p99 within 1.2 × of"
            + " 3 healthy members, where a majority that must wait for a slowed one pays the 5 ms",
        "1 outstanding, MEMORY. With two of five slowed a majority of three is still whole, so that"
            + " three are slowed as well: there the majority pays, which also shows that the slowing"
            + " is real",
        () -> {
          double healthy = found.put("MEMORY", 3, 1).p99();
          return List.of(
              atMost(1.2, flexible(2, 2).p99(), healthy, "p99 of 3 healthy members, two slowed"),
              atMost(1.2, flexible(2, 3).p99(), healthy, "p99 of 3 healthy members, three slowed"),
              atLeast(
                  1, flexible(3, 3).p50(), SLOWED_MICROS, "5 ms, p50 of a majority, three slowed"));
        });
    row(
        "growth",
        "growth: commands/s at 9 members ≥ 0.5 × that at 3 (MEMORY, 1,024); 16 KiB values limited by"
            + " bytes, not by commands (bytes/s ≥ 0.5 × those of frames without a protocol, MEMORY,"
            + " 64)",
        "",
        () ->
            List.of(
                atLeast(
                    0.5,
                    found.put("MEMORY", 9, 1024).perSecond(),
                    found.put("MEMORY", 3, 1024).perSecond(),
                    "commands/s at 3 members"),
                atLeast(
                    0.5,
                    found.ours("", "MEMORY", 3, "put", 16 << 10, 64).perSecond(),
                    found.floor(GroupFactory.FRAMES, 16 << 10, 64).perSecond(),
                    "bytes/s of frames with 16 KiB values")));
  }

  private ResultLine flexible(int quorum, int slowed) throws NotMeasured {
    String setting = String.format(Locale.ROOT, "|P2| = %d, %d slowed", quorum, slowed);
    return found.ours(setting, "MEMORY", 5, "put", StandardSet.VALUE, 1);
  }

  private void costs() {
    row(
        "garbage",
        "garbage: ≤ 2 KiB allocated per command in all three members together (MEMORY, 1,024)",
        "all threads of the process, the caller's included",
        () ->
            List.of(
                atMost(
                    1,
                    found.put("MEMORY", 3, 1024).least(Measure::bytes),
                    GARBAGE,
                    "2 KiB a command")));
    row(
        "fail-over",
        "fail-over: leader killed: next commit within 2 election timeouts, median of 20",
        "all messages of the leader are lost from one moment on, and none of its connections ends,"
            + " so that nothing but silence tells the others",
        () ->
            List.of(
                atMost(
                    1, found.ours("fail-over").p50(), 2 * ELECTION_MICROS, "2 election timeouts")));
    row(
        "recovery",
        "recovery: 1 GiB of log opened in ≤ 3 × the time cat takes to read it",
        "",
        () ->
            List.of(
                atMost(3, found.ours("open").p50(), found.ours("cat").p50(), "cat of its files")));
    goals.add(
        Goal.unmeasured(
            "browser",
            "browser: decided → received, 1 / 100 / 1,000 subscribers: p99 ≤ 5 / 15 / 60 ms; ≤ 40"
                + " KiB of heap a subscriber",
            "fan-out to browsers is measured where the live feed is built"));
  }
}
