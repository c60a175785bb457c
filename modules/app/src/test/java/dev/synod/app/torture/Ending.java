package dev.synod.app.torture;

import dev.synod.simulation.history.History;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** When all is quiet: compares all that can be compared, and sums up. */
record Ending(
    Group group,
    Observer observer,
    Nemesis nemesis,
    Diary diary,
    Recorder recorder,
    List<Watcher> watchers,
    Client.Common common) {
  private static final long WATCH_SECONDS = 30;
  private static final int SHOWN = 10;

  /** Members with members, watchers with members, and both with what was acknowledged. */
  void compare() throws IOException, InterruptedException {
    nemesis.awaitAlike();
    Map<String, String> entries = observer.entries(group.urls().get(0));
    for (String url : group.urls()) {
      if (!observer.entries(url).equals(entries)) {
        diary.wrong("the entries at " + url + " are others than those at " + group.urls().get(0));
      }
    }
    Client last = new Client("last", 0, common, new Random(0));
    for (String key : entries.keySet()) {
      last.read(key);
    }
    long chosen = observer.chosen();
    Set<String> acknowledged = recorder.acknowledged();
    Set<String> refused = recorder.refused();
    for (Watcher watcher : watchers) {
      long until = diary.now() + TimeUnit.SECONDS.toNanos(WATCH_SECONDS);
      while (watcher.position() < chosen && diary.now() < until) {
        Thread.sleep(50);
      }
      if (watcher.position() < chosen) {
        diary.wrong(
            "a watcher stands at slot %d, and %d is chosen".formatted(watcher.position(), chosen));
      }
      Set<String> seen = watcher.values();
      tellSome("was acknowledged, and no watcher was told", without(acknowledged, seen));
      Set<String> lies = new HashSet<>(refused);
      lies.retainAll(seen);
      tellSome("was refused with the words that nothing was done, and it was done", lies);
      if (!watcher.state().equals(entries)) {
        diary.wrong("what a watcher was told makes another map than the members have");
      }
      if (!watcher.changes().equals(watchers.get(0).changes())) {
        diary.wrong("two watchers were told different changes");
      }
    }
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> rest = new HashSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  private void tellSome(String what, Set<String> values) {
    if (!values.isEmpty()) {
      diary.wrong(
          "%s: %d values, such as %s"
              .formatted(what, values.size(), values.stream().sorted().limit(SHOWN).toList()));
    }
  }

  /** Checks the history and prints the summary; true if all is as it must be. */
  boolean conclude(Path history, PrintStream print) throws IOException {
    print.println("checking the history …");
    long begun = diary.now();
    StringBuilder told = new StringBuilder();
    int code = History.check(history, told::append);
    double seconds = (diary.now() - begun) / 1e9;
    if (code != 0) {
      diary.wrong(told.toString());
    }
    print.println();
    print.printf("%-18s %9s %9s %9s%n", "OPERATION", "OK", "REFUSED", "UNKNOWN");
    Map<String, Map<Recorder.Outcome, Long>> counts = new TreeMap<>(recorder.counts());
    counts.forEach(
        (kind, one) ->
            print.printf(
                "%-18s %9d %9d %9d%n",
                kind,
                one.getOrDefault(Recorder.Outcome.OK, 0L),
                one.getOrDefault(Recorder.Outcome.REFUSED, 0L),
                one.getOrDefault(Recorder.Outcome.UNKNOWN, 0L)));
    print.printf(
        "%-18s %9d %9d %9d%n%n",
        "all",
        recorder.count(Recorder.Outcome.OK),
        recorder.count(Recorder.Outcome.REFUSED),
        recorder.count(Recorder.Outcome.UNKNOWN));
    print.printf("%-18s %9s%n", "FAULT", "TIMES");
    for (Fault fault : nemesis.faults()) {
      print.printf(
          "%-18s %9d  %s%n",
          fault.name().toLowerCase(Locale.ROOT).replace('_', '-'),
          nemesis.counts().getOrDefault(fault, 0),
          fault.words);
    }
    print.printf("%n%-34s %d%n", "leaderships", observer.leaders());
    print.printf("%-34s %d%n", "rounds of faults", nemesis.rounds());
    print.printf(
        Locale.ROOT, "%-34s %.1f s%n", "longest until all was well again", nemesis.longestHeal());
    print.printf("%-34s %d%n", "members started again by hand", nemesis.restarts());
    print.printf("%-34s %d%n", "starts that found no cluster", group.failedStarts());
    print.printf(
        Locale.ROOT,
        "%-34s %.1f s%n",
        "longest without a success",
        recorder.longestSecondsWithoutSuccess());
    print.printf("%-34s %d%n", "acknowledged values", recorder.acknowledged().size());
    print.printf(
        "%-34s %d changes, over %s connections%n",
        "each watcher saw once, in order",
        watchers.get(0).changes().size(),
        String.join(" and ", watchers.stream().map(one -> "" + one.connections()).toList()));
    print.printf(Locale.ROOT, "%-34s %s, in %.1f s%n", "the checker says", told, seconds);
    print.println();
    List<String> wrongs = diary.wrongs();
    wrongs.stream().limit(SHOWN).forEach(wrong -> print.println("WRONG " + wrong));
    if (wrongs.size() > SHOWN) {
      print.println("and " + (wrongs.size() - SHOWN) + " more, in diary.txt");
    }
    print.println(
        wrongs.isEmpty()
            ? "PASSED: linearizable, nothing acknowledged was lost, all members are alike"
            : "FAILED");
    print.println("what happened: " + history.resolveSibling("diary.txt"));
    print.println(
        "the history, to be checked again: java -jar modules/app/target/synod.jar linearize "
            + history);
    print.flush();
    return wrongs.isEmpty();
  }
}
