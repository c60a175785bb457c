package dev.synod.storage;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.storage.identity.Identity;
import dev.synod.storage.log.RecordCodec;
import dev.synod.storage.metrics.LatencyHistogram;
import dev.synod.storage.snapshot.SnapshotStore;
import java.util.UUID;

/** A store without files, in which every record counts as durable when it is appended. */
final class MemoryStore implements Store {
  private final UUID storeId = UUID.randomUUID();
  private final IncarnationHistory incarnationHistory =
      IncarnationHistory.first(Identity.mark(storeId), Identity.mark(UUID.randomUUID()));
  private final SnapshotStore snapshots = SnapshotStore.inMemory();
  private final LatencyHistogram forces = new LatencyHistogram();
  private volatile long last;
  private volatile long bytes;
  private volatile boolean closed;

  @Override
  public Recovered recovered() {
    return Recovered.NOTHING;
  }

  @Override
  public String storeId() {
    return storeId.toString();
  }

  @Override
  public IncarnationHistory incarnationHistory() {
    return incarnationHistory;
  }

  @Override
  public long append(LogRecord record) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    long lsn = last + 1;
    last = lsn;
    long sum = bytes + RecordCodec.size(record);
    bytes = sum;
    return lsn;
  }

  @Override
  public long logBytes() {
    return bytes;
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  @Override
  public long durable() {
    return last;
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public LatencyHistogram forces() {
    return forces;
  }

  @Override
  public void close() {
    closed = true;
  }
}
