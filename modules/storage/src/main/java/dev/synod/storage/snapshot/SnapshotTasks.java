package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.member.Member;
import dev.synod.storage.file.StorageException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that take, read, install and delete the snapshots of a member. The production host and
 * the simulator inherit them and add only a thread or a virtual clock, so that the simulator checks
 * the logic that runs in production.
 *
 * <p>A task consists of steps, each of which blocks for the disk. The host executes one step at a
 * time, and every step of a task before the first step of the next task. Reads of chunks have a
 * single step and run beside the other tasks. A crash may occur between any two steps.
 */
public abstract class SnapshotTasks implements SnapshotFiles {
  /** One step of a task. */
  protected interface Step {
    /**
     * Executes the step.
     *
     * @return the next step of the task; null after the last one
     * @throws StorageException if the disk fails or a snapshot cannot be read; the member must stop
     * @throws IOException if the state cannot be written; the member must stop
     */
    @Nullable Step run() throws IOException;
  }

  private final SnapshotStore snapshots;

  /** The snapshot of another member that is being written; used by the steps only. */
  private SnapshotStore.@Nullable Draft fetched;

  protected SnapshotTasks(SnapshotStore snapshots) {
    this.snapshots = snapshots;
  }

  /** Executes a task after the earlier ones, without blocking the caller. */
  protected abstract void execute(Step first);

  /**
   * Executes a step beside the tasks, without blocking the caller. A snapshot that takes long to
   * write must not keep another member from fetching an earlier one.
   */
  protected abstract void executeBeside(Step only);

  /** Returns the member, whose {@link Member#prepare} is called by a step. */
  protected abstract Member member();

  /** Reports the end of a task in a turn of the member; called by a step. */
  protected abstract void tell(Consumer<Member> end);

  /** Returns a stream that buffers what is written to the draft of a state. */
  protected abstract OutputStream buffered(OutputStream draft);

  /**
   * Restores the member's state from its newest snapshot, if there is one. Blocks the calling
   * thread.
   *
   * @throws StorageException if the snapshot cannot be read
   */
  public final void restore(Member member) {
    Snapshot own = snapshots.newest();
    if (own == null) {
      return;
    }
    try (InputStream bytes = snapshots.read(own)) {
      member.restore(own, bytes);
    } catch (IOException wrong) {
      throw unreadable(own, wrong);
    }
  }

  private static StorageException unreadable(Snapshot snapshot, IOException cause) {
    return new StorageException(
        StorageException.Kind.INCOMPATIBLE_FORMAT,
        "the snapshot of slot "
            + snapshot.slot()
            + " has a valid checksum, but its state cannot be read: "
            + cause.getMessage(),
        cause);
  }

  @Override
  public final void take(long slot, StateMachine.Frozen state) {
    execute(
        () -> {
          SnapshotStore.Draft draft = snapshots.draft(slot);
          write(state, draft);
          return () -> {
            Snapshot taken = draft.publish();
            tell(member -> member.snapshotTaken(taken));
            return null;
          };
        });
  }

  private void write(StateMachine.Frozen state, SnapshotStore.Draft draft) throws IOException {
    try (DataOutputStream out = new DataOutputStream(buffered(draft.out()))) {
      state.write(out);
    }
  }

  @Override
  public final void drop(Snapshot snapshot) {
    execute(
        () -> {
          snapshots.drop(snapshot);
          return null;
        });
  }

  @Override
  public final void read(Snapshot snapshot, long offset, int length, String forMember) {
    executeBeside(
        () -> {
          byte[] bytes = snapshots.read(snapshot, offset, length);
          tell(member -> member.chunkRead(forMember, snapshot, offset, bytes));
          return null;
        });
  }

  @Override
  public final void begin(Snapshot snapshot) {
    execute(
        () -> {
          fetched = snapshots.draft(snapshot.slot());
          return null;
        });
  }

  @Override
  public final void write(Snapshot snapshot, long offset, byte[] bytes) {
    execute(
        () -> {
          begun().write(offset, bytes);
          tell(member -> member.chunkWritten(snapshot, offset));
          return null;
        });
  }

  @Override
  public final void install(Snapshot snapshot) {
    execute(
        () -> {
          boolean sound = begun().publish(snapshot);
          fetched = null;
          if (!sound) {
            tell(member -> member.snapshotDamaged(snapshot));
            return null;
          }
          return () -> {
            Runnable state = prepared(snapshot);
            tell(member -> member.snapshotReady(snapshot, state));
            return null;
          };
        });
  }

  private SnapshotStore.Draft begun() {
    if (fetched == null) {
      throw new IllegalStateException("no snapshot was started");
    }
    return fetched;
  }

  private Runnable prepared(Snapshot snapshot) {
    try (InputStream bytes = snapshots.read(snapshot)) {
      return member().prepare(snapshot, bytes);
    } catch (IOException wrong) {
      throw unreadable(snapshot, wrong);
    }
  }
}
