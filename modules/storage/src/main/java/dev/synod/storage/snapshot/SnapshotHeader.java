package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a snapshot's file. Its bytes follow, and then the checksum of each block of
 * them.
 */
record SnapshotHeader(String group, Snapshot snapshot) {
  /** Bytes that have a checksum of their own, so that a piece can be read without the others. */
  static final int BLOCK = 64 << 10;

  private static final long MAGIC = 0x53796e6f64536e70L; // SynodSnp
  private static final int LENGTH_AT = Long.BYTES + Short.BYTES;

  /** How many blocks there are. */
  int blocks() {
    return (int) ((snapshot.length() + BLOCK - 1) / BLOCK);
  }

  /** How long the file is. */
  long fileLength() {
    return PageFormat.PAGE + snapshot.length() + (long) blocks() * Integer.BYTES;
  }

  ByteBuffer encode() {
    ByteBuffer page = ByteBuffer.allocate(PageFormat.PAGE);
    page.putLong(MAGIC).putShort((short) PageFormat.VERSION).putShort((short) 0);
    page.putLong(snapshot.slot()).putLong(snapshot.length()).putInt(snapshot.checksum());
    PageFormat.putName(page, group);
    int end = page.position();
    page.putShort(LENGTH_AT, (short) end).putInt(PageFormat.crc(page, 0, end));
    return page.clear();
  }

  /**
   * Reads it.
   *
   * @return null if it is damaged
   * @throws StorageException if it is of another version
   */
  static @Nullable SnapshotHeader decode(ByteBuffer page, Path path) {
    if (page.remaining() < LENGTH_AT + Short.BYTES || page.getLong(0) != MAGIC) {
      return null;
    }
    int end = page.getShort(LENGTH_AT);
    if (end < LENGTH_AT
        || end + Integer.BYTES > page.limit()
        || PageFormat.crc(page, 0, end) != page.getInt(end)) {
      return null;
    }
    int version = page.getShort(Long.BYTES);
    if (version != PageFormat.VERSION) {
      throw new StorageException(
          StorageException.Kind.INCOMPATIBLE_FORMAT,
          path
              + " is a snapshot of format "
              + version
              + ", this Synod reads format "
              + PageFormat.VERSION
              + "; start the version that wrote it");
    }
    try {
      page.position(LENGTH_AT + Short.BYTES);
      long slot = PageFormat.slot(page, 0);
      long length = PageFormat.need(page, Long.BYTES + Integer.BYTES).getLong();
      int checksum = page.getInt();
      String group = PageFormat.name(page);
      return length < 0 || length / BLOCK >= Integer.MAX_VALUE
          ? null
          : new SnapshotHeader(group, new Snapshot(slot, length, checksum));
    } catch (IllegalArgumentException damaged) {
      return null;
    }
  }
}
