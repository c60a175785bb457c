package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a snapshot file. The bytes of the snapshot follow, and then the checksum of
 * each block.
 */
record SnapshotHeader(String group, Snapshot snapshot) {
  /**
   * Size of a block, which has a checksum of its own, so that a chunk can be read without the rest.
   */
  static final int BLOCK = 64 << 10;

  private static final long MAGIC = 0x53796e6f64536e70L; // SynodSnp
  private static final int LENGTH_AT = Long.BYTES + Short.BYTES;

  /** Returns the number of blocks. */
  int blocks() {
    return (int) ((snapshot.length() + BLOCK - 1) / BLOCK);
  }

  /** Returns the length of the file, in bytes. */
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
   * Reads the header.
   *
   * @return null if it is damaged
   * @throws StorageException if it has another version
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
              + ", but this version of Synod reads format "
              + PageFormat.VERSION
              + "; use the version that wrote it");
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
