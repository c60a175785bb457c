package dev.synod.app.torture;

import dev.synod.app.Proc;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Does harm, at random and in rounds: some faults, several at a time, then none until the group is
 * well again, which it has to be within a bound.
 */
final class Nemesis {
  private static final long ROUND_MILLIS = 40_000;
  private static final long POLL_MILLIS = 20;

  /** Of 100 rounds, so many may lose more members at a time than a group survives. */
  private static final int BEYOND = 20;

  /** {@code EX_IOERR}: how a member ends whose disk is full. */
  private static final int ENDED_FOR_DISK = 74;

  private static final long FULL_MILLIS = 20_000;

  private interface Ending {
    void run() throws IOException, InterruptedException;
  }

  /** A fault that is going on. */
  private record Harm(
      String what, Set<Integer> members, long until, BooleanSupplier over, Ending ending) {}

  private record Link(int from, int to) {}

  private final Group group;
  private final Arena arena;
  private final Observer observer;
  private final Diary diary;
  private final Random random;
  private final long healMillis;
  private final List<Fault> faults;
  private final List<Harm> harms = new ArrayList<>();
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private double longestHeal;
  private int restarts;
  private int rounds;
  private volatile int total;
  private volatile String now = "no faults yet";

  Nemesis(
      Group group, Arena arena, Observer observer, Diary diary, Random random, long healMillis) {
    this.group = group;
    this.arena = arena;
    this.observer = observer;
    this.diary = diary;
    this.random = random;
    this.healMillis = healMillis;
    this.faults =
        Arrays.stream(Fault.values())
            .filter(fault -> arena.canCutAndFill() || !fault.needsArena)
            .toList();
  }

  /** Rounds of faults until then; at its end everything is whole and well, or it is told. */
  void run(long untilNanos) throws IOException, InterruptedException {
    while (diary.now() < untilNanos) {
      rounds++;
      int most = random.nextInt(100) < BEYOND ? group.size() : Math.max(1, (group.size() - 1) / 2);
      long end =
          Math.min(
              untilNanos,
              diary.now() + TimeUnit.MILLISECONDS.toNanos(between(ROUND_MILLIS / 4, ROUND_MILLIS)));
      diary.note("round " + rounds + ", up to " + most + " faults at a time");
      long next = diary.now();
      while (diary.now() < end) {
        endWhatIsOver();
        if (diary.now() >= next && harms.size() < most) {
          begin(faults.get(random.nextInt(faults.size())), 1);
          next = diary.now() + TimeUnit.MILLISECONDS.toNanos(between(200, 5_000));
        }
        Thread.sleep(POLL_MILLIS);
      }
      heal();
    }
  }

  /** Each fault once, one after the other, and short; then all is well, or it is told. */
  void once() throws IOException, InterruptedException {
    rounds++;
    List<Fault> order = new ArrayList<>(faults);
    Collections.shuffle(order, random);
    for (Fault fault : order) {
      begin(fault, 4);
      while (!harms.isEmpty()) {
        endWhatIsOver();
        Thread.sleep(POLL_MILLIS);
      }
    }
    heal();
  }

  private void endWhatIsOver() throws IOException, InterruptedException {
    for (Iterator<Harm> all = harms.iterator(); all.hasNext(); ) {
      Harm harm = all.next();
      if (diary.now() >= harm.until || harm.over.getAsBoolean()) {
        all.remove();
        end(harm);
      }
    }
  }

  private void end(Harm harm) throws IOException, InterruptedException {
    harm.ending.run();
    diary.note("end of " + harm.what);
    tell();
  }

  private void tell() {
    now = harms.isEmpty() ? "none now" : String.join("; ", harms.stream().map(Harm::what).toList());
  }

  private long between(long least, long most) {
    return least + random.nextLong(most - least);
  }

  private int anyMember() {
    return random.nextInt(group.size());
  }

  /** Begins one, for a time that is divided by {@code haste}; not if its member has one already. */
  private void begin(Fault fault, int haste) throws IOException, InterruptedException {
    int member = anyMember();
    String name = group.name(member);
    switch (fault) {
      case KILL -> {
        if (free(member)) {
          group.kill(member);
          add(
              fault,
              "kill " + name,
              Set.of(member),
              between(0, 6_000) / haste,
              () -> group.start(member));
        }
      }
      case BLINK -> pause(fault, "blink ", member, between(50, 450));
      case PAUSE -> pause(fault, "pause ", member, between(600, 9_000) / haste);
      case FROZEN_SUCCESSOR -> {
        boolean frozen = free(member);
        pause(fault, "freeze, as the successor, ", member, between(600, 9_000) / haste);
        if (frozen) {
          others(member).forEach(other -> observer.transfer(other, name));
        }
      }
      case SLOW_REQUESTS -> {
        SlowRequests slow = new SlowRequests(URI.create(group.urls().get(member)));
        add(
            fault,
            "slow requests to " + name,
            Set.of(),
            between(2_000, 15_000) / haste,
            slow::drip,
            slow::close);
      }
      case REBIRTH -> rebirth(fault, haste);
      case ISOLATE -> {
        List<Link> links = new ArrayList<>();
        others(member).forEach(other -> both(links, member, other));
        cut(fault, "isolate " + name, links, haste);
      }
      case SPLIT -> {
        List<Integer> order = new ArrayList<>(group.members().boxed().toList());
        Collections.shuffle(order, random);
        int size = 1 + random.nextInt(group.size() - 1);
        List<Link> links = new ArrayList<>();
        for (int one : order.subList(0, size)) {
          order.subList(size, order.size()).forEach(other -> both(links, one, other));
        }
        cut(fault, "split off " + names(order.subList(0, size)), links, haste);
      }
      case LINK -> {
        int other = otherThan(member);
        List<Link> links = new ArrayList<>();
        both(links, member, other);
        cut(fault, "cut " + name + "-" + group.name(other), links, haste);
      }
      case ONE_WAY -> {
        int other = otherThan(member);
        cut(
            fault,
            "cut " + name + ">" + group.name(other),
            List.of(new Link(member, other)),
            haste);
      }
      case DEAF_OR_MUTE -> {
        boolean deaf = random.nextBoolean();
        List<Link> links =
            others(member).stream()
                .map(other -> deaf ? new Link(other, member) : new Link(member, other))
                .toList();
        cut(fault, (deaf ? "deafen " : "mute ") + name, links, haste);
      }
      case PARTIAL -> {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < group.size(); i++) {
          for (int j = i + 1; j < group.size(); j++) {
            if (random.nextInt(5) < 2) {
              both(links, i, j);
            }
          }
        }
        if (links.isEmpty()) {
          both(links, member, otherThan(member));
        }
        cut(fault, "cut " + links.size() / 2 + " links " + words(links), links, haste);
      }
      case DISK_FULL -> fill(fault, member);
    }
  }

  private boolean free(int member) {
    return harms.stream().noneMatch(harm -> harm.members.contains(member));
  }

  private void add(Fault fault, String what, Set<Integer> members, long millis, Ending ending) {
    add(fault, what, members, millis, () -> false, ending);
  }

  private void add(
      Fault fault,
      String what,
      Set<Integer> members,
      long millis,
      BooleanSupplier over,
      Ending ending) {
    counts.merge(fault, 1, Integer::sum);
    total = counts.values().stream().mapToInt(Integer::intValue).sum();
    harms.add(
        new Harm(what, members, diary.now() + TimeUnit.MILLISECONDS.toNanos(millis), over, ending));
    diary.note("%s for at most %d ms".formatted(what, millis));
    tell();
  }

  private void pause(Fault fault, String what, int member, long millis) throws IOException {
    if (free(member)) {
      group.pause(member);
      add(fault, what + group.name(member), Set.of(member), millis, () -> group.resume(member));
    }
  }

  private void cut(Fault fault, String what, List<Link> links, int haste) throws IOException {
    for (Link link : links) {
      arena.cut(link.from, link.to);
    }
    add(
        fault,
        what,
        Set.of(),
        between(500, 15_000) / haste,
        () -> {
          for (Link link : links) {
            arena.mend(link.from, link.to);
          }
        });
  }

  private void fill(Fault fault, int member) throws IOException {
    if (!free(member)) {
      return;
    }
    group.mayEnd(member);
    arena.fill(member);
    Proc process = group.process(member);
    add(
        fault,
        "fill the disk of " + group.name(member),
        Set.of(member),
        FULL_MILLIS,
        () -> !process.isAlive(),
        () -> {
          if (!process.isAlive()) {
            checkEnd(group.name(member), process);
          } else {
            diary.note(group.name(member) + " has not met its full disk");
            process.kill();
          }
          arena.free(member);
          group.start(member);
        });
  }

  /**
   * All members stop, and a majority starts with empty directories. It must not found the group
   * again; were a request done there, the history of the clients would show it.
   */
  private void rebirth(Fault fault, int haste) throws IOException, InterruptedException {
    List<Integer> all = group.members().boxed().toList();
    if (!all.stream().allMatch(this::free)) {
      return;
    }
    List<Integer> order = new ArrayList<>(all);
    Collections.shuffle(order, random);
    List<Integer> majority = order.subList(0, group.size() / 2 + 1);
    for (int member : all) {
      group.kill(member);
    }
    for (int member : majority) {
      group.empty(member);
      group.start(member);
    }
    add(
        fault,
        "empty the directories of " + names(majority) + " while the others are down",
        Set.copyOf(all),
        between(8_000, 12_000) / Math.min(haste, 2),
        () -> {
          for (int member : majority) {
            group.kill(member);
            group.giveBack(member);
          }
          for (int member : all) {
            group.start(member);
          }
        });
  }

  private void checkEnd(String name, Proc process) throws InterruptedException {
    int code = process.end();
    boolean forDisk = code == ENDED_FOR_DISK && process.err().contains("the disk is full");
    // It may have been on its way up, with links cut all around it.
    if (!forDisk && !Group.foundNoCluster(process)) {
      diary.wrong(
          "the disk of %s is full, and it ends with %d: %s"
              .formatted(name, code, Group.lastWords(process)));
    }
  }

  /**
   * Ends all faults, and waits until all is well. Where that does not come by itself, it does what
   * an operator would: starts again who is out of reach, and if that does not help, the others as
   * well, one after the other; which is counted and told.
   */
  private void heal() throws IOException, InterruptedException {
    for (Harm harm : harms) {
      end(harm);
    }
    harms.clear();
    now = "healing";
    long begun = diary.now();
    long least = observer.chosen();
    String ails = awaitWell(least);
    if (!ails.isEmpty()) {
      diary.note("not well after %d ms".formatted(healMillis));
      for (int member : observer.outOfReach()) {
        startAgain(member);
      }
      ails = awaitWell(least);
    }
    if (!ails.isEmpty()) {
      diary.note("still not well: the others are started again, one after the other");
      for (int member = 0; member < group.size(); member++) {
        startAgain(member);
        awaitAnswer(member);
      }
      ails = awaitWell(least);
    }
    if (!ails.isEmpty()) {
      diary.wrong("the group does not heal, though every member was started again: " + ails);
      return;
    }
    double took = (diary.now() - begun) / 1e9;
    longestHeal = Math.max(longestHeal, took);
    diary.note("well again after %.1f s".formatted(took));
    tell();
  }

  /** Waits until all members are after the same slot, which takes that nobody writes. */
  void awaitAlike() throws InterruptedException {
    long begun = diary.now();
    String differ = observer.differ();
    while (differ != null) {
      if (diary.now() - begun > TimeUnit.MILLISECONDS.toNanos(healMillis)) {
        diary.wrong("the members differ at the end: " + differ);
        return;
      }
      Thread.sleep(100);
      differ = observer.differ();
    }
  }

  private void startAgain(int member) throws IOException, InterruptedException {
    restarts++;
    diary.note(group.name(member) + " is started again by hand");
    group.kill(member);
    group.start(member);
  }

  private void awaitAnswer(int member) throws InterruptedException {
    long begun = diary.now();
    while (observer.look().get(member) == null
        && diary.now() - begun < TimeUnit.MILLISECONDS.toNanos(healMillis)) {
      Thread.sleep(100);
    }
  }

  /** Waits until all is well; what ails them if that takes too long. */
  private String awaitWell(long least) throws IOException, InterruptedException {
    long begun = diary.now();
    String ails = observer.ails(least);
    while (!ails.isEmpty() && diary.now() - begun < TimeUnit.MILLISECONDS.toNanos(healMillis)) {
      Thread.sleep(100);
      String before = ails;
      ails = observer.ails(least);
      if (!ails.equals(before)) {
        diary.note("healing: " + ails);
      }
    }
    return ails;
  }

  /** How often a member had to be started again, because it did not come back into reach. */
  int restarts() {
    return restarts;
  }

  private int otherThan(int member) {
    return (member + 1 + random.nextInt(group.size() - 1)) % group.size();
  }

  private List<Integer> others(int member) {
    Set<Integer> all = new HashSet<>(group.members().boxed().toList());
    all.remove(member);
    return List.copyOf(all);
  }

  private static void both(List<Link> links, int one, int other) {
    links.add(new Link(one, other));
    links.add(new Link(other, one));
  }

  private String names(List<Integer> members) {
    return String.join("", members.stream().map(group::name).sorted().toList());
  }

  private String words(List<Link> links) {
    return String.join(
        " ",
        links.stream()
            .filter(link -> link.from < link.to)
            .map(link -> group.name(link.from) + "-" + group.name(link.to))
            .toList());
  }

  Map<Fault, Integer> counts() {
    return counts;
  }

  List<Fault> faults() {
    return faults;
  }

  int rounds() {
    return rounds;
  }

  double longestHeal() {
    return longestHeal;
  }

  /** What goes on, for a line of progress. Safe on all threads, as is {@link #total}. */
  String now() {
    return now;
  }

  int total() {
    return total;
  }
}
