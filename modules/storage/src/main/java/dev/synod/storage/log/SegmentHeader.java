package dev.synod.storage.log;

import dev.synod.storage.file.PageFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The head of a segment, in two copies on pages of their own. Written together with the segment's
 * first batch: a prepared or recycled file has none, or that of another segment.
 *
 * @param store a number drawn for the store at its birth
 * @param segment counts the segments of the store from 1
 * @param firstBatch the number of its first batch
 * @param highestBefore the highest slot that any segment before it says something about. Once the
 *     floor is there, those segments are recycled; if it is not and they are gone, slots are lost
 * @param marks what the log had come to
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

  /** Writes it to the page at the buffer's position, which moves to the next page. */
  void write(ByteBuffer to) {
    int start = to.position();
    to.putLong(MAGIC).putShort((short) PageFormat.VERSION).putShort((short) 0);
    to.putLong(store).putLong(segment).putLong(firstBatch).putLong(highestBefore);
    marks.write(to);
    PageFormat.putName(to, group);
    PageFormat.putName(to, member);
    int end = to.position();
    to.putShort(start + 10, (short) (end - start));
    to.putInt(PageFormat.crc(to, start, end));
    while (to.position() < start + PageFormat.PAGE) {
      to.put((byte) 0);
    }
  }

  /** Reads it at the buffer's position; null if no whole header of this store stands there. */
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
          marks);
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }
}
