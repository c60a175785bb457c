package dev.synod.simulation.run;

import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes a failing plan smaller as long as it fails: shorter, fewer members and clients, fewer kinds
 * of faults, and at last fewer single faults (Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002). A smaller plan draws other numbers, so each is tried with some
 * seeds.
 */
public final class Shrinker {
  private static final int SEEDS = 12;

  private final Runner runner;
  private Result best;
  private int attempts;

  private Shrinker(Runner runner, Result failed, int attempts) {
    this.runner = runner;
    this.best = failed;
    this.attempts = attempts;
  }

  /**
   * The smallest failure found.
   *
   * @param attempts how many runs it may take
   */
  public static Result shrink(Runner runner, Result failed, int attempts) {
    Shrinker shrinker = new Shrinker(runner, failed, attempts);
    shrinker.shorten();
    shrinker.structure();
    shrinker.shorten();
    shrinker.faults();
    shrinker.shorten();
    return shrinker.best;
  }

  private boolean attempt(Plan plan) {
    if (attempts == 0) {
      return false;
    }
    attempts--;
    Result result = runner.run(plan, false);
    if (!result.failed()) {
      return false;
    }
    best = result;
    return true;
  }

  private boolean attemptSeeds(Plan plan) {
    if (attempt(plan)) {
      return true;
    }
    for (long i = 1; i <= SEEDS; i++) {
      long seed = i;
      if (attempt(plan.but(draft -> draft.seed = seed))) {
        return true;
      }
    }
    return false;
  }

  /** Faults may end when the violation is there. */
  private void shorten() {
    if (best.micros() < best.plan().cruelty()) {
      attempt(best.plan().but(draft -> draft.cruelty = best.micros()));
    }
  }

  private void structure() {
    boolean fewer = true;
    while (fewer && best.plan().clients() > 1) {
      fewer = attemptSeeds(best.plan().but(draft -> draft.clients = best.plan().clients() / 2));
    }
    for (int size = 2; size < best.plan().members().size(); size++) {
      // Which quorums they are matters less than how many members one has to look at.
      List<String> members = best.plan().members().subList(0, size);
      if (attemptSeeds(best.plan().withMembers(members, "{\"rule\":\"majority\"}"))) {
        break;
      }
    }
    attemptSeeds(best.plan().but(draft -> draft.parts = Plan.Parts.ALL));
    List<UnaryOperator<Faults>> milder = new ArrayList<>();
    milder.add(f -> f.but(draft -> draft.loss = 0));
    milder.add(f -> f.but(draft -> draft.repetition = 0));
    milder.add(f -> f.but(draft -> draft.rules = List.of()));
    milder.add(f -> f.but(draft -> draft.crash = 0));
    milder.add(f -> f.but(draft -> draft.crashAtSeam = 0));
    milder.add(f -> f.but(draft -> draft.partition = 0));
    milder.add(f -> f.but(draft -> draft.pause = 0));
    milder.add(f -> f.but(draft -> draft.skew = false));
    milder.add(f -> f.but(draft -> draft.usurpation = 0));
    milder.add(f -> f.but(draft -> draft.store = Faults.Store.RECORDS));
    milder.add(f -> f.but(draft -> draft.reconfiguration = 0));
    milder.add(f -> f.but(draft -> draft.identities = Faults.Identities.NONE));
    milder.add(f -> f.but(draft -> draft.isolation = Faults.Isolation.NONE));
    milder.add(f -> f.but(draft -> draft.stall = 0));
    milder.add(f -> f.but(draft -> draft.sleep = 0));
    milder.add(f -> f.but(draft -> draft.retuned = false));
    for (UnaryOperator<Faults> step : milder) {
      Faults faults = step.apply(best.plan().faults());
      if (!faults.equals(best.plan().faults())) {
        attemptSeeds(best.plan().withFaults(faults));
      }
    }
    for (int i = best.plan().faults().rules().size() - 1; i >= 0; i--) {
      Faults f = best.plan().faults();
      if (i < f.rules().size()) {
        List<Faults.Rule> rules = new ArrayList<>(f.rules());
        rules.remove(i);
        attemptSeeds(best.plan().withFaults(f.but(draft -> draft.rules = rules)));
      }
    }
  }

  /** Takes away single faults: a half of them at once, then a quarter, and so on. */
  private void faults() {
    for (long chunk = best.faults(); chunk >= 1 && attempts > 0; chunk /= 2) {
      for (long first = 1; first <= best.faults() + skipped(best.plan()); first += chunk) {
        Plan plan = best.plan();
        long last = first + chunk - 1;
        if (plan.skipped().stream().noneMatch(range -> range.get(1) == last)) {
          List<List<Long>> skipped = new ArrayList<>(plan.skipped());
          skipped.add(List.of(first, last));
          attempt(plan.but(draft -> draft.skipped = skipped));
        }
      }
    }
  }

  private static long skipped(Plan plan) {
    return plan.skipped().stream().mapToLong(range -> range.get(1) - range.get(0) + 1).sum();
  }
}
