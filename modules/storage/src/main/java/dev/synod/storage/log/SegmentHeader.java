package dev.synod.storage.log;

import dev.synod.storage.file.PageFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a segment, in two copies on separate pages. It is written together with the
 * segment's first batch; a prepared or recycled file has no header, or that of another segment.
 *
 * @param store random number of the store, drawn when it was created
 * @param segment number of the segment, from 1
 * @param firstBatch number of its first batch
 * @param highestBefore highest slot in any earlier segment. Once the floor reaches that slot,
 *     earlier segments are recycled; if they are missing before, slots are lost
 * @param marks progress of the log
 */
record SegmentHeader(
    String group,
    String member,
    long store,
    long segment,
    long firstBatch,
    long highestBefore,
    Marks marks) {
  private static final long MAGIC = 0x53796e6f64536567L; // SynodSeg

  /** Writes the header to the page at the buffer's position, which moves to the next page. */
  void write(ByteBuffer to) {
    int start = to.position();
    to.putLong(MAGIC).putShort((short) PageFormat.VERSION).putShort((short) 0);
    to.putLong(store).putLong(segment).putLong(firstBatch).putLong(highestBefore);
    marks.write(to);
    PageFormat.putName(to, group);
    PageFormat.putName(to, member);
    marks.writeIdentity(to);
    int end = to.position();
    to.putShort(start + 10, (short) (end - start));
    to.putInt(PageFormat.crc(to, start, end));
    while (to.position() < start + PageFormat.PAGE) {
      to.put((byte) 0);
    }
  }

  /** Reads the header at the buffer's position; null if there is no valid header of this store. */
  static @Nullable SegmentHeader read(ByteBuffer from, long store) {
    int start = from.position();
    if (from.remaining() < 12 || from.getLong(start) != MAGIC) {
      return null;
    }
    int length = from.getShort(start + 10);
    if (length < 12 || length + Integer.BYTES > from.remaining()) {
      return null;
    }
    int end = start + length;
    if (PageFormat.crc(from, start, end) != from.getInt(end)
        || from.getShort(start + 8) != PageFormat.VERSION) {
      return null;
    }
    try {
      from.position(start + 12);
      if (PageFormat.need(from, 4 * Long.BYTES).getLong() != store) {
        return null;
      }
      long segment = from.getLong();
      long firstBatch = from.getLong();
      long highestBefore = from.getLong();
      Marks marks = Marks.read(from);
      return new SegmentHeader(
          PageFormat.name(from),
          PageFormat.name(from),
          store,
          segment,
          firstBatch,
          highestBefore,
          marks.readIdentity(from, end));
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }
}
