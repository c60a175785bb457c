package dev.synod.simulation.run;

import static java.util.stream.Collectors.toSet;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.message.Ballot;
import dev.synod.simulation.cluster.Cluster;
import dev.synod.simulation.cluster.SimulatedNode;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.world.Violation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The end of values in a group that is well. While many short-lived values are written, no read
 * shows a value that ended by the leader's clock before the read. Then the group has nothing to do:
 * time passes in its log too.
 */
final class DeadlineProbe {
  private static final int KEY = -2;
  private static final long PATIENCE = 5_000_000;
  private static final long STEP = 2_000;

  /** Number of short-lived values. */
  private static final int SHORT_LIVED = 40;

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
    writeShortLived();
    write();
    long begun = cluster.world.now();
    // The log's time is slower than the clocks by a tenth at most.
    long end = begun + life * 1_000 * 10 / 9 + LATE;
    while (cluster.world.now() < end && !nodes().stream().allMatch(node -> value(node) == 0)) {
      nodes().forEach(this::read);
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

  /**
   * Writes values that end in a few milliseconds, often before they are chosen, and no slower than
   * the group takes them, so that a value is proposed while others end.
   */
  private void writeShortLived() {
    for (int i = 0; i < SHORT_LIVED; i++) {
      for (SimulatedNode node : nodes()) {
        long number = cluster.world.number();
        long shortLife = 1L + Math.floorMod(number, 4);
        node.submit(number, Registers.writeFor(KEY, number, shortLife), outcome -> {});
        read(node);
      }
      cluster.world.runUntil(cluster.world.now() + STEP / 4);
    }
  }

  /**
   * Reads at a leader: what was decided and had ended by its clock before is not there. A value
   * that is decided later may be there, also if its end has passed by then: the log's time has not.
   */
  private void read(SimulatedNode node) {
    if (node.leaderBallot().equals(Ballot.NONE)) {
      return;
    }
    long asked = node.logTime();
    Set<Long> decided = nodes().stream().map(DeadlineProbe::value).collect(toSet());
    Ballot ballot = node.leaderBallot();
    node.read(
        level,
        Registers.question(KEY),
        answer -> {
          // Another leader, whose clock is behind, may have answered in place of a deposed one.
          if (answer == null || !node.leaderBallot().equals(ballot)) {
            return;
          }
          ByteBuffer bytes = ByteBuffer.wrap(answer.bytes());
          long value = bytes.getLong();
          if (value != 0 && decided.contains(value) && bytes.getLong() <= asked) {
            throw new Violation(node.name + " answers with a value that had ended before");
          }
        });
  }

  private static long value(SimulatedNode node) {
    ByteBuffer answer = peek(node);
    return answer == null ? 0 : answer.getLong();
  }

  private static @Nullable ByteBuffer peek(SimulatedNode node) {
    byte[] answer = node.peek(Registers.question(KEY));
    return answer == null ? null : ByteBuffer.wrap(answer);
  }
}
