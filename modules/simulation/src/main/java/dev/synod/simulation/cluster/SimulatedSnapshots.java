package dev.synod.simulation.cluster;

import dev.synod.core.member.Member;
import dev.synod.simulation.disk.Disk;
import dev.synod.storage.snapshot.SnapshotTasks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The snapshot tasks of one incarnation of a member in virtual time. Each step has a delay, while
 * the member continues; before each step the member may crash, or its power may fail soon.
 */
final class SimulatedSnapshots extends SnapshotTasks {
  /** Size of the buffer before the disk, so that a small state takes several writes. */
  private static final int BUFFER = 64;

  /** The member's machine. */
  interface Machine {
    /** Does this later, unless the member has crashed until then, or stands still. */
    void later(long micros, Runnable what);

    /** A turn of the member. */
    void turn(Consumer<Member> what);

    Member member();

    /** A write that fails crashes the member; false then. */
    boolean stored(Runnable what);

    /** Whether the member has crashed, as it may whenever something is half done. */
    boolean crashes();
  }

  private final Machine machine;
  private final Disk disk;
  private final Cluster cluster;

  /** Whether the last step has written a state of the member's own. */
  private boolean written;

  private final Lane writes = new Lane();
  private final Lane reads = new Lane();

  SimulatedSnapshots(Machine machine, Disk disk, Cluster cluster) {
    super(disk.snapshots());
    this.machine = machine;
    this.disk = disk;
    this.cluster = cluster;
  }

  @Override
  protected void execute(Step first) {
    writes.add(first);
  }

  @Override
  protected void executeBeside(Step only) {
    reads.add(only);
  }

  /** A thread: it executes the steps one after the other. */
  private final class Lane {
    /** The next step, of the task in progress if there is one, and the first of later tasks. */
    private final ArrayDeque<Step> wanted = new ArrayDeque<>();

    private boolean busy;

    void add(Step first) {
      wanted.add(first);
      if (!busy) {
        busy = true;
        next();
      }
    }

    private void next() {
      Step step = wanted.poll();
      busy = step != null;
      if (step != null) {
        long micros = 20 + cluster.world.random.nextLong(cluster.faults().force());
        if (this == writes && written && cluster.slowSnapshots > 0) {
          micros += cluster.world.random.nextLong(cluster.slowSnapshots);
        }
        written &= this != writes;
        machine.later(micros, () -> crashOrRun(step));
      }
    }

    private void crashOrRun(Step step) {
      if (machine.crashes()) {
        return;
      }
      if (cluster.world.strikes(cluster.faults().crashAtSeam())) {
        disk.cutPowerSoon();
      }
      if (machine.stored(() -> run(step))) {
        next();
      }
    }

    private void run(Step step) {
      try {
        Step following = step.run();
        if (following != null) {
          wanted.addFirst(following);
        }
      } catch (IOException never) {
        throw new UncheckedIOException(never);
      }
    }
  }

  @Override
  protected Member member() {
    return machine.member();
  }

  @Override
  protected void tell(Consumer<Member> end) {
    machine.turn(end);
  }

  @Override
  protected OutputStream buffered(OutputStream draft) {
    written = true;
    return new BufferedOutputStream(draft, BUFFER);
  }

  @Override
  public long logBytes() {
    return disk.logBytes();
  }
}
