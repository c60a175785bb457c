package dev.synod.bench.standard;

import static dev.synod.bench.groups.GroupFactory.FRAMES;
import static dev.synod.bench.groups.GroupFactory.ONE_WAY;
import static dev.synod.bench.groups.GroupFactory.REQUEST;
import static dev.synod.bench.groups.GroupFactory.SYNOD;

import dev.synod.bench.load.Load;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.bench.load.SubjectKind;
import dev.synod.bench.load.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The scenarios of the standard run, some eighteen minutes of them, peers included. What a goal is
 * read from is measured twice for five seconds after five of warming up; what stands beside it for
 * a reader is measured more briefly.
 */
public final class StandardSet {
  /** Bytes of a value, unless it says otherwise. */
  public static final int VALUE = 100;

  static final String THREE_PROCESSES = "three processes";
  static final String LOCAL_BUS = "one Vert.x, local bus";

  private final Window goal;
  private final Window brief;
  private final Window large;
  private final boolean smoke;

  private StandardSet(Window goal, Window brief, Window large, boolean smoke) {
    this.goal = goal;
    this.brief = brief;
    this.large = large;
    this.smoke = smoke;
  }

  /** For real. */
  public static StandardSet full() {
    return new StandardSet(new Window(5, 5, 2), new Window(2, 2, 2), new Window(1, 1, 2), false);
  }

  /** All of it, as briefly as can be: shows that it works, not how fast. */
  public static StandardSet smoke() {
    Window blink = new Window(0.05, 0.1, 1);
    return new StandardSet(blink, blink, blink, true);
  }

  public boolean isSmoke() {
    return smoke;
  }

  /** Floors first, then ours. */
  public List<Scenario> ours() {
    List<Scenario> all = new ArrayList<>();
    floors(all);
    threeMembers(all);
    otherSizes(all);
    flexible(all);
    all.add(failOver());
    all.add(overload());
    all.add(recovery());
    return all;
  }

  private void floors(List<Scenario> all) {
    all.add(
        floor(
            REQUEST, 2, put("round trip", VALUE, 1, goal), put("round trip", VALUE, 1024, brief)));
    all.add(floor(ONE_WAY, 2, put("message", VALUE, 1024, brief)));
    all.add(
        floor(
            FRAMES,
            3,
            put("command", VALUE, 1, brief),
            put("command", VALUE, 64, goal),
            put("command", VALUE, 1024, goal),
            put("command", 1 << 10, 64, brief),
            put("command", 16 << 10, 64, large)));
  }

  /**
   * A member keeps its whole log in memory, so that loads which fill it fast have processes of
   * their own. In each, the load that warms the machine up best comes first.
   */
  private void threeMembers(List<Scenario> all) {
    List<Step> durable = new ArrayList<>();
    durable.add(put(64, goal));
    durable.add(put(1, goal));
    durable.add(put(1024, goal));
    durable.add(put("linearizable read", VALUE, 64, brief));
    durable.add(put("lease read", VALUE, 64, brief));
    durable.add(put("local read", VALUE, 64, brief));
    durable.addAll(open(1_000, 5_000, 20_000, 50_000, 100_000));
    all.add(synod("FSYNC", 3, durable));
    all.add(synod("FSYNC", 3, largeValues()));
    all.add(synod("PAGE_CACHE", 3, steps(put(64, brief), put(1, brief), put(1024, brief))));
    List<Step> memory = new ArrayList<>();
    memory.add(put(64, goal));
    memory.add(put(1, brief));
    memory.add(put("linearizable read", VALUE, 64, goal));
    memory.add(put("lease read", VALUE, 64, goal));
    memory.addAll(open(5_000, 20_000, 50_000, 100_000, 200_000));
    all.add(synod("MEMORY", 3, memory));
    all.add(
        synod(
            "MEMORY",
            3,
            steps(
                put(1024, goal),
                put("linearizable read", VALUE, 1024, goal),
                put("lease read", VALUE, 1024, goal))));
    all.add(synod("MEMORY", 3, largeValues()));
    all.add(
        synod(
            LOCAL_BUS,
            "MEMORY",
            3,
            Map.of("bus", "local"),
            steps(put(64, brief), put(1, brief), put(1024, goal))));
    all.add(
        synod(
            THREE_PROCESSES,
            "FSYNC",
            3,
            Map.of("kind", "processes"),
            steps(put(64, brief), put(1, brief), put(1024, brief))));
  }

  private List<Step> largeValues() {
    return steps(put("put", 1 << 10, 64, brief), put("put", 16 << 10, 64, large));
  }

  private void otherSizes(List<Scenario> all) {
    all.add(synod("FSYNC", 5, steps(put(64, brief), put(1024, goal))));
    for (int members : smoke ? new int[] {5} : new int[] {5, 7, 9}) {
      Window most = members == 9 ? goal : brief;
      all.add(synod("MEMORY", members, steps(put(64, brief), put(1024, most))));
    }
  }

  /**
   * Two of five slowed leave a majority whole, three do not; the counting quorum of two does not
   * care either way.
   */
  private void flexible(List<Scenario> all) {
    for (int slowed : new int[] {2, 3}) {
      for (int quorum : new int[] {2, 3}) {
        all.add(
            synod(
                String.format(Locale.ROOT, "|P2| = %d, %d slowed", quorum, slowed),
                "MEMORY",
                5,
                Map.of("quorum", "" + quorum, "slowed", "" + slowed),
                steps(put(64, brief), put(1, goal))));
      }
    }
  }

  private Scenario failOver() {
    return new Scenario(
        SubjectKind.OURS,
        SYNOD,
        "leader cut off",
        "FSYNC",
        3,
        Map.of("kind", "fail-over"),
        steps(new Step("fail-over", VALUE, Load.closed(1), new Window(0, 1.2, smoke ? 2 : 20))));
  }

  /** More than the group can do for half a minute, and then half of what it can do. */
  private Scenario overload() {
    Window during = new Window(0, smoke ? 0.2 : 30, 1);
    Window after = new Window(0, smoke ? 0.2 : 15, 1);
    return new Scenario(
        SubjectKind.OURS,
        SYNOD,
        "overload",
        "FSYNC",
        3,
        Map.of("kind", "overload"),
        steps(
            new Step("capacity", VALUE, Load.closed(1024), goal),
            new Step("twice the capacity", VALUE, Load.closed(1), during),
            new Step("half the capacity, afterwards", VALUE, Load.closed(1), after)));
  }

  private Scenario recovery() {
    Window twice = new Window(0, smoke ? 0.2 : 3, smoke ? 1 : 3);
    int mebibytes = smoke ? 16 : 1024;
    return new Scenario(
        SubjectKind.OURS,
        SYNOD,
        "log of " + mebibytes + " MiB",
        "PAGE_CACHE",
        1,
        Map.of("kind", "recovery", "mebibytes", "" + mebibytes),
        steps(
            new Step("cat", 0, Load.closed(1), twice), new Step("open", 0, Load.closed(1), twice)));
  }

  /**
   * A peer's scenarios: the same loads, the faster ones as long as ours. The others are warmed up
   * as long, for the slower a system is, the longer its code stays cold.
   */
  public Scenario peer(
      String system, String setting, String durability, int members, boolean rival) {
    Window first = rival ? goal : new Window(goal.warmUp(), brief.measured(), brief.times());
    List<Step> steps =
        members > 3
            ? steps(put(1024, first))
            : steps(put(64, first), put(1, brief), put(1024, rival ? goal : brief));
    return new Scenario(SubjectKind.PEER, system, setting, durability, members, Map.of(), steps);
  }

  private static Scenario floor(String system, int members, Step... steps) {
    return new Scenario(SubjectKind.FLOOR, system, "", "", members, Map.of(), List.of(steps));
  }

  private static Scenario synod(String durability, int members, List<Step> steps) {
    return synod("", durability, members, Map.of(), steps);
  }

  private static Scenario synod(
      String setting,
      String durability,
      int members,
      Map<String, String> settings,
      List<Step> steps) {
    return new Scenario(SubjectKind.OURS, SYNOD, setting, durability, members, settings, steps);
  }

  private static List<Step> steps(Step... steps) {
    return List.of(steps);
  }

  private List<Step> open(int... rates) {
    return IntStream.of(rates)
        .mapToObj(rate -> new Step("put", VALUE, Load.open(rate), brief))
        .toList();
  }

  private static Step put(int outstanding, Window window) {
    return put("put", VALUE, outstanding, window);
  }

  private static Step put(String operation, int bytes, int outstanding, Window window) {
    return new Step(operation, bytes, Load.closed(outstanding), window);
  }
}
