package dev.synod.simulation.cluster;

import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.simulation.world.Disk;
import dev.synod.simulation.world.World;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The records that one incarnation of a member appends, and the actions that wait for them to
 * become durable: messages (I6) and the member's own end.
 */
final class PendingWrites {
  private record Deferred(long lsn, String to, Message message) {}

  private final SimulatedNode node;
  private final NodeProcess nodeProcess;
  private final Disk disk;
  private final Cluster cluster;
  private final World world;
  private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
  private boolean forcing;

  /** The number of the record of whom it met since it started. */
  private final Map<String, Long> metAt = new HashMap<>();

  /** The number of the record that it has left; 0 as long as it has not. */
  private long leftAt;

  /** The number of the record that it may not take part; 0 as long as it may. */
  private long barredAt;

  PendingWrites(SimulatedNode node, NodeProcess nodeProcess, Disk disk, Cluster cluster) {
    this.node = node;
    this.nodeProcess = nodeProcess;
    this.disk = disk;
    this.cluster = cluster;
    this.world = cluster.world;
  }

  void append(LogRecord record) {
    disk.append(record);
    if (record instanceof LogRecord.Met met) {
      metAt.put(met.member(), disk.appended());
    }
  }

  /** The message leaves once all that was appended so far is durable. */
  void defer(String to, Message message) {
    deferred.add(new Deferred(disk.appended(), to, message));
    forceSoon();
  }

  /** The member has left the group, once all that was appended so far is durable. */
  void left() {
    leftAt = disk.appended();
    forceSoon();
  }

  /** The member may not take part, once all that was appended so far is durable. */
  void barred() {
    barredAt = disk.appended();
    forceSoon();
  }

  /** Whether its disk will say, whatever happens to it, whom it met under that name last. */
  boolean hasStoredMeeting(String other) {
    return disk.durable() >= metAt.getOrDefault(other, 0L);
  }

  /** What is appended by the end of this turn is forced, unless a force is under way. */
  void forceSoon() {
    if (forcing) {
      return;
    }
    forcing = true;
    // What this turn appends behind goes along.
    world.after(
        0,
        () -> {
          if (!nodeProcess.dead() && nodeProcess.stored(disk::write)) {
            long time = 20 + world.random.nextLong(cluster.faults().force());
            nodeProcess.later(time, this::forced);
          }
        });
  }

  private void forced() {
    boolean crash = world.strikes(cluster.faults().crashAtSeam());
    if (crash && world.random.nextBoolean()) {
      cluster.crash(node);
      return;
    }
    long before = disk.durable();
    if (!nodeProcess.stored(disk::force)) {
      return;
    }
    cluster.traceListener.forced(node.name, disk.durable() - before);
    if (barredAt > 0 && disk.durable() >= barredAt) {
      node.bar();
      return;
    }
    if (leftAt > 0 && disk.durable() >= leftAt) {
      node.stopForGood();
      return;
    }
    if (crash) {
      cluster.crash(node);
      return;
    }
    forcing = false;
    if (disk.durable() < disk.appended()) {
      forceSoon();
    }
    nodeProcess.turn(member -> release());
  }

  private void release() {
    while (!deferred.isEmpty() && deferred.peek().lsn() <= disk.durable()) {
      Deferred next = deferred.remove();
      nodeProcess.leave(next.to(), next.message());
    }
  }
}
