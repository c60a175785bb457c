package dev.synod.vertx.impl.host;

import dev.synod.core.member.Member;
import dev.synod.storage.Store;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.snapshot.SnapshotTasks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Executes a member's snapshot tasks on a thread of their own, and the reads of chunks for other
 * members on a second one.
 */
final class SnapshotWorker extends SnapshotTasks {
  private static final int BUFFER = 64 << 10;

  private final MemberHost host;
  private final Store store;
  private final ThreadPoolExecutor thread;
  private final ThreadPoolExecutor reader;
  private volatile boolean closed;

  SnapshotWorker(String member, MemberHost host, Store store) {
    super(store.snapshots());
    this.host = host;
    this.store = store;
    this.thread = single("synod-snapshots-" + member);
    this.reader = single("synod-snapshot-reads-" + member);
  }

  private static ThreadPoolExecutor single(String name) {
    ThreadPoolExecutor thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
    return thread;
  }

  @Override
  protected void execute(Step first) {
    if (!closed) {
      thread.execute(() -> run(first));
    }
  }

  @Override
  protected void executeBeside(Step only) {
    if (!closed) {
      reader.execute(() -> run(only));
    }
  }

  private void run(Step first) {
    if (closed) {
      return;
    }
    try {
      Step next = first;
      while (next != null) {
        next = next.run();
      }
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

  @Override
  protected Member member() {
    return host.member();
  }

  @Override
  protected void tell(Consumer<Member> end) {
    host.execute(() -> host.turn(end));
  }

  @Override
  protected OutputStream buffered(OutputStream draft) {
    return new BufferedOutputStream(new WhileOpen(draft), BUFFER);
  }

  @Override
  public long logBytes() {
    return store.logBytes();
  }

  /** Ends the current operation soon and waits for it. */
  void close() {
    closed = true;
    thread.shutdown();
    reader.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated() || !reader.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
        reader.awaitTermination(1, TimeUnit.MINUTES);
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
