package dev.synod.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules of the protocol hold in small models, and each of them is needed: without it, TLC finds
 * how two values are chosen, or a stale one is taken for chosen or read, or a chosen one is lost.
 *
 * <p>{@code -Dsynod.spec=large} checks the larger models instead; see {@code src/spec/README.md}.
 */
class SpecificationTest {
  private static final String AGREEMENT = "Agreement";
  private static final String KNOWN = "KnownIsChosen";
  private static final String READ = "Linearizable";
  private static final String LOST = "NothingLost";

  private static final Path WORK = Path.of("target", "spec");

  /** What must hold, with at least so many states that it is not for want of steps. */
  private record Sound(Model model, long states) {}

  /** What must be found wrong, by which invariant. */
  private record Mutant(Model model, List<String> without, String violates) {}

  private static final Model CONSENSUS = new Model("consensus", "Families");
  private static final Model OLD_BALLOT = new Model("old-ballot", "Families");
  private static final Model RECONFIGURATION = new Model("reconfiguration", "Families");
  private static final Model LEARNERS = new Model("learners", "Families");
  private static final Model DEPOSED = new Model("learners-deposed", "Families");
  private static final Model RESTARTS = new Model("restarts", "Families");
  private static final Model FLOORS = new Model("floors", "Floors");
  private static final Model SNAPSHOTS = new Model("snapshots", "Floors");
  private static final Model READS = new Model("reads", "ReadIndex");
  private static final Model READS_RECONFIGURED = new Model("reads-reconfigured", "ReadIndex");
  private static final Model LEASES = new Model("leases", "Leases");
  private static final Model RETIREMENT = new Model("retirement", "Retirement");
  private static final Model RETURN = new Model("return", "Retirement");
  private static final Model DO_NOT_MEET = new Model("quorums-that-do-not-meet", "Families");

  private static final List<Sound> SMALL =
      List.of(
          new Sound(DEPOSED, 10_000),
          new Sound(CONSENSUS, 26_000),
          new Sound(OLD_BALLOT, 2_300),
          new Sound(RECONFIGURATION, 10_000),
          new Sound(LEARNERS, 3_900),
          new Sound(RESTARTS, 30_000),
          new Sound(FLOORS, 37_000),
          new Sound(SNAPSHOTS, 14_000),
          new Sound(READS, 1_100),
          new Sound(READS_RECONFIGURED, 27_000),
          new Sound(LEASES, 10_000),
          new Sound(RETIREMENT, 38_000),
          new Sound(RETURN, 46_000));

  private static final List<Sound> LARGE =
      List.of(
          new Sound(new Model("large-consensus", "Families"), 1_300_000),
          new Sound(new Model("large-flexible", "Families"), 100_000),
          new Sound(new Model("large-reconfiguration", "Families"), 350_000),
          new Sound(new Model("large-learners", "Families"), 270_000),
          new Sound(new Model("large-restarts", "Families"), 42_000),
          new Sound(new Model("large-reads", "ReadIndex"), 31_000),
          new Sound(new Model("large-reads-reconfigured", "ReadIndex"), 230_000),
          new Sound(new Model("large-retirement", "Retirement"), 380_000));

  private static final List<Mutant> MUTANTS =
      List.of(
          new Mutant(DEPOSED, List.of("I7NoneHigher"), AGREEMENT),
          new Mutant(DEPOSED, List.of("I7ChosenBallot"), AGREEMENT),
          new Mutant(DO_NOT_MEET, List.of(), AGREEMENT),
          new Mutant(RECONFIGURATION, List.of("I1Known"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I2Quorum"), AGREEMENT),
          new Mutant(RECONFIGURATION, List.of("I2Configuration"), AGREEMENT),
          new Mutant(FLOORS, List.of("I2FloorAtFirst"), AGREEMENT),
          new Mutant(FLOORS, List.of("I2FloorAtPages"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I3Highest"), AGREEMENT),
          new Mutant(OLD_BALLOT, List.of("I3NewBallot"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I4OneValue"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I5Quorum"), AGREEMENT),
          new Mutant(RECONFIGURATION, List.of("I5Members"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I6NeverFalls"), AGREEMENT),
          new Mutant(FLOORS, List.of("I6Install"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I6Durable"), AGREEMENT),
          new Mutant(CONSENSUS, List.of("I6AcceptRaises"), AGREEMENT),
          new Mutant(LEARNERS, List.of("I7Ballot"), KNOWN),
          // The other one is the stronger of the two.
          new Mutant(LEARNERS, List.of("I7OwnProposal", "I7NoneHigher"), KNOWN),
          new Mutant(SNAPSHOTS, List.of("I7BelowFloor"), KNOWN),
          new Mutant(LEARNERS, List.of("I7Overwrites"), KNOWN),
          new Mutant(LEARNERS, List.of("I7Frozen"), KNOWN),
          new Mutant(LEARNERS, List.of("I7NoVote"), AGREEMENT),
          new Mutant(READS, List.of("ReadRecovered"), READ),
          new Mutant(READS_RECONFIGURED, List.of("ReadCovered"), READ),
          new Mutant(READS, List.of("ReadConfirmed"), READ),
          new Mutant(READS_RECONFIGURED, List.of("ReadConfiguration"), READ),
          new Mutant(READS, List.of("ReadBeatAfter"), READ),
          new Mutant(READS, List.of("ReadAckPromised"), READ),
          new Mutant(READS, List.of("OnlyLeaderTallies"), READ),
          new Mutant(LEASES, List.of("LeaseSending"), READ),
          new Mutant(LEASES, List.of("LeaseDrift"), READ),
          new Mutant(LEASES, List.of("LeaseQuorum"), READ),
          new Mutant(LEASES, List.of("LeaseFull"), READ),
          new Mutant(LEASES, List.of("LeaseBlocks"), READ),
          new Mutant(LEASES, List.of("LeaseWaits"), READ),
          new Mutant(LEASES, List.of("LeaseStops"), READ),
          new Mutant(RETIREMENT, List.of("FenceQuorum"), LOST),
          new Mutant(RETIREMENT, List.of("FenceAllSlots"), LOST),
          new Mutant(RETIREMENT, List.of("FenceDurable"), LOST),
          new Mutant(RETURN, List.of("NeverAgain"), AGREEMENT));

  private static final ExecutorService TWO_AT_A_TIME = Executors.newFixedThreadPool(2);

  @AfterAll
  static void stop() {
    TWO_AT_A_TIME.shutdownNow();
  }

  private static boolean isLarge() {
    return "large".equals(System.getProperty("synod.spec"));
  }

  @TestFactory
  List<DynamicTest> everyRuleTogetherHolds() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Sound sound : isLarge() ? LARGE : SMALL) {
      Future<Verdict> run = begin(sound.model(), List.of(), sound.model().name());
      tests.add(
          DynamicTest.dynamicTest(
              sound.model().name(),
              () -> {
                Verdict verdict = run.get();
                assertThat(verdict.complete()).as(verdict.output()).isTrue();
                assertThat(verdict.violated()).isEmpty();
                assertThat(verdict.states()).isGreaterThanOrEqualTo(sound.states());
              }));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> withoutOneOfThemItDoesNot() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Mutant mutant : isLarge() ? List.<Mutant>of() : MUTANTS) {
      String lacks = String.join(" and ", mutant.without());
      String name = mutant.model().name() + (lacks.isEmpty() ? "" : " without " + lacks);
      Future<Verdict> run = begin(mutant.model(), mutant.without(), name.replace(' ', '-'));
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                Verdict verdict = run.get();
                assertThat(verdict.violated()).as(verdict.output()).isEqualTo(mutant.violates());
                assertThat(verdict.complete()).isFalse();
              }));
    }
    return tests;
  }

  @Test
  void everyRuleHasAMutant() throws Exception {
    TreeSet<String> rules = new TreeSet<>();
    for (Sound sound : SMALL) {
      rules.addAll(sound.model().rules());
    }
    TreeSet<String> thrown = new TreeSet<>();
    MUTANTS.forEach(mutant -> thrown.addAll(mutant.without()));
    assertThat(thrown).isEqualTo(rules).hasSizeGreaterThan(30);
  }

  private static Future<Verdict> begin(Model model, List<String> without, String name) {
    return TWO_AT_A_TIME.submit(() -> model.check(without, WORK.resolve(name), isLarge()));
  }
}
