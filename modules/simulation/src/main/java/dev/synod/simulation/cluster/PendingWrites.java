package dev.synod.simulation.cluster;

import dev.synod.core.host.DurableSends;
import dev.synod.core.message.LogRecord;
import dev.synod.simulation.disk.Disk;
import dev.synod.simulation.world.World;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a member appends in one life of it, the forces that make it durable, and the gate that those
 * open.
 */
final class PendingWrites {
  /** Maximum duration of a stall, in virtual microseconds. */
  private static final long STALL = 2_000_000;

  private final SimulatedNode node;
  private final NodeProcess nodeProcess;
  private final Disk disk;
  private final Cluster cluster;
  private final World world;
  private final DurableSends durableSends;
  private boolean forcing;

  /** The number of the record of whom it met since it started. */
  private final Map<String, Long> metAt = new HashMap<>();

  /** Records that are not durable yet, by their number. */
  private final TreeMap<Long, LogRecord> unconfirmed = new TreeMap<>();

  PendingWrites(SimulatedNode node, NodeProcess nodeProcess, Disk disk, Cluster cluster) {
    this.node = node;
    this.nodeProcess = nodeProcess;
    this.disk = disk;
    this.cluster = cluster;
    this.world = cluster.world;
    this.durableSends = new DurableSends(disk::durable, nodeProcess::leave);
  }

  void append(LogRecord record) {
    disk.append(record);
    durableSends.appended(disk.appended());
    if (record instanceof LogRecord.Met met) {
      metAt.put(met.member(), disk.appended());
    }
    unconfirmed.put(disk.appended(), record);
  }

  /** What waits for all that was appended so far to be durable. */
  DurableSends durableSends() {
    return durableSends;
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
            if (world.strikes(cluster.faults().stall())) {
              time += world.random.nextLong(STALL);
            }
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
    confirm();
    cluster.traceListener.forced(node.name, disk.durable() - before);
    if (durableSends.excluded() != null || durableSends.hasLeft()) {
      durableSends.release();
      end();
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
    nodeProcess.turn(member -> durableSends.release());
  }

  private void confirm() {
    Map<Long, LogRecord> durable = unconfirmed.headMap(disk.durable(), true);
    durable.values().forEach(node.durableIdentity()::durable);
    durable.clear();
  }

  private void end() {
    if (durableSends.excluded() != null) {
      node.bar();
    } else {
      node.stopForGood();
    }
  }
}
