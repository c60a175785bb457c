package dev.synod.vertx.impl.host;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.member.Member;
import dev.synod.storage.Store;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.snapshot.SnapshotStore;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes a member's snapshot operations on a thread of its own, so that neither the event loop
 * nor the log waits for them. Completions are reported on the member's context.
 */
final class SnapshotWorker implements SnapshotFiles {
  private static final int BUFFER = 64 << 10;

  /** One operation. */
  private interface Task {
    void run() throws IOException;
  }

  private final MemberHost host;
  private final Store store;
  private final SnapshotStore snapshots;
  private final ThreadPoolExecutor thread;
  private volatile boolean closed;

  // Used on the worker thread:
  private SnapshotStore.@Nullable Draft draft;

  SnapshotWorker(String member, MemberHost host, Store store) {
    this.host = host;
    this.store = store;
    this.snapshots = store.snapshots();
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "synod-snapshots-" + member);
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Restores the member's state from its own snapshot, if there is a valid one. Blocks the calling
   * thread.
   */
  void restore(Member member) {
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

  private void work(Task task) {
    if (!closed) {
      thread.execute(() -> run(task));
    }
  }

  private void run(Task task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (StorageException failed) {
      fail(failed);
    } catch (IOException | RuntimeException | Error unforeseen) {
      fail(
          new StorageException(
              StorageException.Kind.IO,
              "a snapshot operation failed unexpectedly: " + unforeseen,
              unforeseen));
    }
  }

  private void fail(StorageException cause) {
    if (!closed) {
      host.failed(cause);
    }
  }

  private void tell(Consumer<Member> end) {
    host.execute(() -> host.turn(end));
  }

  @Override
  public long logBytes() {
    return store.logBytes();
  }

  @Override
  public void take(long slot, StateMachine.Frozen state) {
    work(
        () -> {
          SnapshotStore.Draft begun = snapshots.draft(slot);
          try (DataOutputStream out =
              new DataOutputStream(new BufferedOutputStream(new WhileOpen(begun.out()), BUFFER))) {
            state.write(out);
          }
          Snapshot taken = begun.publish();
          tell(member -> member.snapshotTaken(taken));
        });
  }

  @Override
  public void drop(Snapshot snapshot) {
    work(() -> snapshots.drop(snapshot));
  }

  @Override
  public void read(Snapshot snapshot, long offset, int length, String forMember) {
    work(
        () -> {
          byte[] bytes = snapshots.read(snapshot, offset, length);
          tell(member -> member.chunkRead(forMember, snapshot, offset, bytes));
        });
  }

  @Override
  public void begin(Snapshot snapshot) {
    work(() -> draft = snapshots.draft(snapshot.slot()));
  }

  @Override
  public void write(Snapshot snapshot, long offset, byte[] bytes) {
    work(
        () -> {
          begun().write(offset, bytes);
          tell(member -> member.chunkWritten(snapshot, offset));
        });
  }

  @Override
  public void install(Snapshot snapshot) {
    work(
        () -> {
          boolean sound = begun().publish(snapshot);
          draft = null;
          if (!sound) {
            tell(member -> member.snapshotDamaged(snapshot));
            return;
          }
          Runnable state;
          try (InputStream bytes = snapshots.read(snapshot)) {
            state = host.member().prepare(snapshot, bytes);
          } catch (IOException wrong) {
            throw unreadable(snapshot, wrong);
          }
          tell(member -> member.snapshotReady(snapshot, state));
        });
  }

  private SnapshotStore.Draft begun() {
    if (draft == null) {
      throw new IllegalStateException("no snapshot was started");
    }
    return draft;
  }

  /** Ends the current operation soon and waits for it. */
  void close() {
    closed = true;
    thread.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A stream that fails when the member closes, so that a large state does not delay the close. */
  private final class WhileOpen extends OutputStream {
    private final OutputStream out;

    WhileOpen(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (closed) {
        throw new IOException("the member is closed");
      }
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
