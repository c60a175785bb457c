package dev.synod.simulation.run;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.message.Ballot;
import dev.synod.simulation.cluster.Cluster;
import dev.synod.simulation.cluster.SimulatedNode;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.world.Violation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The end of a value in a group that is well and has nothing to do: time passes in its log too, and
 * a read after the leader's clock has passed the deadline sees that.
 */
final class DeadlineProbe {
  private static final int KEY = -2;
  private static final long PATIENCE = 5_000_000;
  private static final long STEP = 2_000;

  /**
   * How far the log may be behind a deadline, in virtual microseconds: a leader may still leave.
   */
  private static final long LATE = 3_000_000;

  private final Cluster cluster;
  private final ReadLevel level;
  private final long life;

  DeadlineProbe(Cluster cluster, Plan plan) {
    this.cluster = cluster;
    this.level = plan.sessions().lease() > 0 ? ReadLevel.LEASE : ReadLevel.LINEARIZABLE;
    this.life = 20L + Math.floorMod(plan.seed(), 100);
  }

  void run() {
    write();
    long begun = cluster.world.now();
    // The log's time is slower than the clocks by a tenth at most.
    long end = begun + life * 1_000 * 10 / 9 + LATE;
    while (cluster.world.now() < end && !nodes().stream().allMatch(node -> value(node) == 0)) {
      nodes().forEach(this::readIfPassed);
      cluster.world.runUntil(cluster.world.now() + STEP);
    }
    for (SimulatedNode node : nodes()) {
      if (value(node) != 0) {
        throw new Violation(
            "time stands still in the log: a value of "
                + life
                + " ms is still there at "
                + node.name);
      }
    }
  }

  /** The members that have a state by now; they may still leave, and clients follow at leisure. */
  private List<SimulatedNode> nodes() {
    return cluster.living().stream()
        .filter(node -> node.isUp() && !node.isWitness() && !node.isOutsider())
        .toList();
  }

  /** Writes the value at any member, again until it is done. */
  private void write() {
    AtomicBoolean done = new AtomicBoolean();
    long end = cluster.world.now() + PATIENCE;
    List<SimulatedNode> nodes = nodes();
    int next = 0;
    while (!done.get()) {
      AtomicBoolean answered = new AtomicBoolean();
      long number = cluster.world.number();
      nodes
          .get(next++ % nodes.size())
          .submit(
              number,
              Registers.writeFor(KEY, number, life),
              outcome -> {
                answered.set(true);
                done.set(outcome instanceof Outcome.Applied);
              });
      while (!answered.get()) {
        if (cluster.world.now() > end) {
          throw new Violation("a group that is well takes no command");
        }
        cluster.world.runUntil(cluster.world.now() + STEP);
      }
      cluster.world.runUntil(cluster.world.now() + STEP);
    }
  }

  /** Reads at a leader whose clock has passed the end of the value that it still holds. */
  private void readIfPassed(SimulatedNode node) {
    long ends = ends(node);
    if (ends == Registers.NEVER || node.logTime() < ends) {
      return;
    }
    Ballot ballot = node.leaderBallot();
    node.read(
        level,
        Registers.question(KEY),
        answer -> {
          // Another leader, whose clock is behind, may have answered in place of a deposed one.
          boolean leads = node.leaderBallot().equals(ballot);
          if (leads && answer != null && ByteBuffer.wrap(answer.bytes()).getLong() != 0) {
            throw new Violation(node.name + " answers with a value that had ended before");
          }
        });
  }

  private static long value(SimulatedNode node) {
    ByteBuffer answer = peek(node);
    return answer == null ? 0 : answer.getLong();
  }

  private static long ends(SimulatedNode node) {
    ByteBuffer answer = peek(node);
    return answer == null ? Registers.NEVER : answer.getLong(Long.BYTES);
  }

  private static @Nullable ByteBuffer peek(SimulatedNode node) {
    byte[] answer = node.peek(Registers.question(KEY));
    return answer == null ? null : ByteBuffer.wrap(answer);
  }
}
