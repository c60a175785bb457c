package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.storage.file.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The snapshots of a member without a disk. */
final class MemorySnapshots implements SnapshotStore {
  private final ConcurrentNavigableMap<Long, byte[]> bySlot = new ConcurrentSkipListMap<>();

  @Override
  public @Nullable Snapshot newest() {
    Map.Entry<Long, byte[]> last = bySlot.lastEntry();
    return last == null ? null : snapshot(last.getKey(), last.getValue());
  }

  private static Snapshot snapshot(long slot, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return new Snapshot(slot, bytes.length, (int) crc.getValue());
  }

  @Override
  public Draft draft(long slot) {
    return new MemoryDraft(slot);
  }

  @Override
  public InputStream read(Snapshot snapshot) {
    byte[] bytes = bySlot.get(snapshot.slot());
    if (bytes == null) {
      throw new StorageException(StorageException.Kind.IO, "there is no " + snapshot);
    }
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public byte[] read(Snapshot snapshot, long offset, int length) {
    byte[] bytes = bySlot.get(snapshot.slot());
    return bytes == null || offset < 0 || length < 0 || offset + length > bytes.length
        ? new byte[0]
        : Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
  }

  @Override
  public void drop(Snapshot snapshot) {
    bySlot.remove(snapshot.slot());
  }

  private final class MemoryDraft implements Draft {
    private final long slot;
    private final ByteArrayOutputStream inOrder = new ByteArrayOutputStream();
    private byte[] bytes = {};

    MemoryDraft(long slot) {
      this.slot = slot;
    }

    @Override
    public OutputStream out() {
      return inOrder;
    }

    @Override
    public void write(long offset, byte[] chunk) {
      int end = Math.toIntExact(offset + chunk.length);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, end);
      }
      System.arraycopy(chunk, 0, bytes, (int) offset, chunk.length);
    }

    @Override
    public Snapshot publish() {
      bytes = inOrder.toByteArray();
      bySlot.put(slot, bytes);
      return snapshot(slot, bytes);
    }

    @Override
    public boolean publish(Snapshot expected) {
      if (!snapshot(slot, bytes).equals(expected)) {
        return false;
      }
      bySlot.put(slot, bytes);
      return true;
    }
  }
}
