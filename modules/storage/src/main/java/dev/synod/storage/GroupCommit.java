package dev.synod.storage;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.log.Log;
import dev.synod.storage.log.RecordCodec;
import dev.synod.storage.metrics.LatencyHistogram;
import dev.synod.storage.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Log} on a thread of its own, which writes all pending records as one batch, forces
 * it, and reports the progress.
 *
 * <p>The appending thread only adds the record to a queue; the store's thread encodes it and
 * computes checksums, because the event loop is the scarcer resource. Each counter has exactly one
 * writing thread, so that no lock is needed.
 */
final class GroupCommit implements Store {
  private static final Logger logger = LoggerFactory.getLogger(GroupCommit.class);

  /** Maximum size of a batch, unless a single record is larger. */
  private static final long MOST_BATCH_BYTES = 4 << 20;

  /** Size of the records that are not awaited from which they are written anyway. */
  private static final long MOST_IDLE_BYTES = 1 << 20;

  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Log log;
  private final StoreListener listener;
  private final long idleNanos;
  private final boolean forcing;
  private final ThreadPoolExecutor background;
  private final Thread thread;
  private final Queue<LogRecord> queue = new ConcurrentLinkedQueue<>();

  // Written by the appending thread.
  private volatile long appended;
  private volatile long appendedBytes;
  private volatile long wanted;
  private long wantedBytes;

  // Written by the store's thread.
  private volatile long durable;
  private volatile long durableBytes;
  private volatile long logBytes;
  private volatile boolean parked;
  private volatile boolean failed;

  private final LatencyHistogram forces = new LatencyHistogram();
  private final LongAdder ignored = new LongAdder();
  private volatile boolean closing;

  static Store open(StoreOptions options, StoreListener listener) {
    return open(options, listener, IDLE_NANOS);
  }

  /**
   * Opens a store.
   *
   * @param idleNanos interval; records that are not awaited are written after two of them
   */
  static Store open(StoreOptions options, StoreListener listener, long idleNanos) {
    ThreadPoolExecutor background =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, "synod-files-" + options.member()));
    background.allowCoreThreadTimeOut(true);
    Log log;
    try {
      log = Log.open(options, background, UUID::randomUUID);
    } catch (RuntimeException | Error e) {
      background.shutdown();
      throw e;
    }
    GroupCommit store = new GroupCommit(log, options, listener, background, idleNanos);
    store.thread.start();
    return store;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private GroupCommit(
      Log log,
      StoreOptions options,
      StoreListener listener,
      ThreadPoolExecutor background,
      long idleNanos) {
    this.log = log;
    this.listener = listener;
    this.idleNanos = idleNanos;
    this.forcing = options.durability() == Durability.FSYNC;
    this.background = background;
    this.logBytes = log.bytes();
    this.thread = daemon(this::run, "synod-log-" + options.member());
  }

  @Override
  public Recovered recovered() {
    return log.recovered();
  }

  @Override
  public String storeId() {
    return log.storeId();
  }

  @Override
  public IncarnationHistory incarnationHistory() {
    return log.incarnationHistory();
  }

  @Override
  public long append(LogRecord record) {
    if (closing) {
      throw new IllegalStateException("the store is closed");
    }
    int bytes = RecordCodec.size(record);
    long lsn = appended + 1;
    if (failed) {
      appended = lsn;
      ignored.increment();
      return lsn;
    }
    long sum = appendedBytes + bytes;
    appendedBytes = sum;
    queue.add(record);
    appended = lsn;
    if (record.awaited() || sum - wantedBytes > MOST_IDLE_BYTES) {
      wantedBytes = sum;
      wanted = lsn;
      if (parked) {
        parked = false;
        LockSupport.unpark(thread);
      }
    }
    return lsn;
  }

  @Override
  public long durable() {
    return durable;
  }

  @Override
  public long pendingBytes() {
    // This order keeps the difference from becoming negative.
    long done = durableBytes;
    return appendedBytes - done;
  }

  @Override
  public long logBytes() {
    return logBytes;
  }

  @Override
  public SnapshotStore snapshots() {
    return log.snapshots();
  }

  @Override
  public LatencyHistogram forces() {
    return forces;
  }

  private void run() {
    List<LogRecord> batch = new ArrayList<>();
    long seenWhenIdle = 0;
    try {
      while (!closing || durable < appended) {
        if (wanted > durable || closing || seenWhenIdle > durable) {
          commit(batch);
        } else {
          seenWhenIdle = appended;
          await();
        }
      }
      closeLog();
    } catch (StorageException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      fail(
          new StorageException(
              StorageException.Kind.IO, "the log of " + log + " failed unexpectedly: " + e, e));
    }
  }

  private void await() {
    long deadline = System.nanoTime() + idleNanos;
    parked = true;
    while (wanted <= durable && !closing) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
    }
    parked = false;
  }

  private void commit(List<LogRecord> batch) {
    long bytes = 0;
    while (bytes < MOST_BATCH_BYTES) {
      LogRecord record = queue.poll();
      if (record == null) {
        break;
      }
      batch.add(record);
      bytes += RecordCodec.size(record);
    }
    log.write(batch);
    long begin = System.nanoTime();
    log.force();
    if (forcing) {
      forces.record(System.nanoTime() - begin);
    }
    long upTo = durable + batch.size();
    long sum = durableBytes + bytes;
    batch.clear();
    durableBytes = sum;
    logBytes = log.bytes();
    durable = upTo;
    try {
      listener.durable(upTo);
    } catch (RuntimeException e) {
      logger.error("{}: a listener failed", log, e);
    }
  }

  private void fail(StorageException cause) {
    failed = true;
    queue.clear();
    logger.error("{}: the log has stopped: {}", log, cause.getMessage());
    try {
      listener.failed(cause);
    } catch (RuntimeException e) {
      logger.error("{}: a listener failed", log, e);
    }
    if (closing) {
      closeLog();
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    closeLog();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void closeLog() {
    log.close();
    background.shutdown();
    long lost = ignored.sumThenReset();
    if (lost > 0) {
      logger.warn("{}: {} records were appended after the log had stopped and are lost", log, lost);
    }
  }
}
