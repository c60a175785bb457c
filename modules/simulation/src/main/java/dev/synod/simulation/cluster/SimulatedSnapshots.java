package dev.synod.simulation.cluster;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.member.Member;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.world.Disk;
import dev.synod.storage.snapshot.SnapshotStore;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one incarnation of a member. A simulated thread executes the operations one
 * after the other, each with a delay, while the member continues.
 */
final class SimulatedSnapshots implements SnapshotFiles {
  /** The member's machine. */
  interface Machine {
    /** Does this later, unless the member has crashed until then, or stands still. */
    void later(long micros, Runnable what);

    /** A turn of the member. */
    void turn(Consumer<Member> what);

    /** A write that fails crashes the member; false then. */
    boolean stored(Runnable what);

    /** Whether the member has crashed, as it may whenever something is half done. */
    boolean crashes();
  }

  private final Machine machine;
  private final Disk disk;
  private final Cluster cluster;
  private final ArrayDeque<Runnable> wanted = new ArrayDeque<>();
  private boolean busy;
  private SnapshotStore.@Nullable Draft draft;

  SimulatedSnapshots(Machine machine, Disk disk, Cluster cluster) {
    this.machine = machine;
    this.disk = disk;
    this.cluster = cluster;
  }

  private void later(Runnable what) {
    wanted.add(what);
    if (!busy) {
      busy = true;
      next();
    }
  }

  private void next() {
    Runnable first = wanted.poll();
    busy = first != null;
    if (first != null) {
      machine.later(
          20 + cluster.world.random.nextLong(cluster.faults().force()),
          () -> {
            first.run();
            next();
          });
    }
  }

  @Override
  public long logBytes() {
    return disk.logBytes();
  }

  @Override
  public void take(long slot, StateMachine.Frozen state) {
    later(
        () -> {
          if (machine.stored(() -> draft = written(state, disk.snapshots().draft(slot)))) {
            if (cluster.mutant == Mutant.CUT_BEFORE_SNAPSHOT_IS_DURABLE) {
              Snapshot early = written(state, SnapshotStore.inMemory().draft(slot)).publish();
              machine.turn(member -> member.snapshotTaken(early));
            }
            later(this::publish);
          }
        });
  }

  private static SnapshotStore.Draft written(StateMachine.Frozen state, SnapshotStore.Draft draft) {
    try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(draft.out(), 64))) {
      state.write(out);
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return draft;
  }

  private void publish() {
    SnapshotStore.Draft written = draft;
    if (written == null || machine.crashes()) {
      return;
    }
    cutPower();
    Snapshot[] taken = new Snapshot[1];
    if (machine.stored(() -> taken[0] = written.publish())) {
      draft = null;
      if (cluster.mutant != Mutant.CUT_BEFORE_SNAPSHOT_IS_DURABLE) {
        machine.turn(member -> member.snapshotTaken(taken[0]));
      }
    }
  }

  private void cutPower() {
    if (cluster.world.strikes(cluster.faults().crashAtSeam())) {
      disk.cutPowerSoon();
    }
  }

  @Override
  public void drop(Snapshot snapshot) {
    later(() -> disk.snapshots().drop(snapshot));
  }

  @Override
  public void read(Snapshot snapshot, long offset, int length, String forMember) {
    later(
        () -> {
          byte[] bytes = disk.snapshots().read(snapshot, offset, length);
          machine.turn(member -> member.chunkRead(forMember, snapshot, offset, bytes));
        });
  }

  @Override
  public void begin(Snapshot snapshot) {
    later(() -> machine.stored(() -> draft = disk.snapshots().draft(snapshot.slot())));
  }

  @Override
  public void write(Snapshot snapshot, long offset, byte[] bytes) {
    later(
        () -> {
          SnapshotStore.Draft current = draft;
          if (current != null && machine.stored(() -> current.write(offset, bytes))) {
            machine.turn(member -> member.chunkWritten(snapshot, offset));
          }
        });
  }

  @Override
  public void install(Snapshot snapshot) {
    later(
        () -> {
          SnapshotStore.Draft current = draft;
          if (current == null || machine.crashes()) {
            return;
          }
          cutPower();
          boolean[] sound = new boolean[1];
          if (machine.stored(() -> sound[0] = current.publish(snapshot))) {
            draft = null;
            later(() -> machine.turn(member -> installed(member, snapshot, sound[0])));
          }
        });
  }

  private void installed(Member member, Snapshot snapshot, boolean sound) {
    if (!sound) {
      member.snapshotDamaged(snapshot);
      return;
    }
    try (InputStream bytes = disk.snapshots().read(snapshot)) {
      member.snapshotReady(snapshot, member.prepare(snapshot, bytes));
    } catch (IOException damaged) {
      throw new UncheckedIOException(damaged);
    }
  }
}
