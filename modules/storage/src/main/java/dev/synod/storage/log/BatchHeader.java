package dev.synod.storage.log;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.SlotRange;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The head of a batch, the atomic unit of the log. With its own checksum, so that it can be trusted
 * when the body is damaged: it tells which slots the damage may have touched, and no promise is
 * lost with it.
 *
 * <p>It names its segment and its place. That keeps apart what a recycled file held before, what a
 * disk wrote to the wrong place, and what some application stored in a value.
 *
 * @param store a number drawn for the store at its birth
 * @param segment the number of the segment it stands in
 * @param position where it stands, in bytes from the beginning of the file
 * @param number counts the batches of the store from 1; a gap tells that one was lost
 * @param bodyLength bytes of the body, which follows the header at once
 * @param records how many records the body holds
 * @param chain the checksum of the body of the batch before
 * @param crc the checksum of {@code chain} and this body
 * @param slots the lowest and highest slot accepted or learned in this batch, null if none is
 * @param before the same of the batch numbered one less, so that its damaged header is made good
 * @param marks what the log has come to after this batch
 */
record BatchHeader(
    long store,
    long segment,
    long position,
    long number,
    int bodyLength,
    int records,
    int chain,
    int crc,
    @Nullable SlotRange slots,
    @Nullable SlotRange before,
    Marks marks) {
  /** The head of a batch. */
  static final long BATCH = 0x53796e6f64426174L; // SynodBat

  /**
   * Behind the last batch of a strict log: repeats its header. So a clean end is known from a
   * damaged one, and a damaged last header is made good.
   */
  static final long END = 0x53796e6f64456e64L; // SynodEnd

  private static final int LENGTH_AT = Long.BYTES + Short.BYTES;

  /** All of it but the two names of the ballots. */
  private static final int LEAST = 140;

  /** Bytes that it takes in front of the body. */
  int length() {
    return LEAST + nameLength(marks.promised()) + nameLength(marks.campaigned());
  }

  private static int nameLength(Ballot ballot) {
    return ballot.member().getBytes(StandardCharsets.UTF_8).length;
  }

  /** The same header at a place. */
  BatchHeader at(long place) {
    return new BatchHeader(
        store, segment, place, number, bodyLength, records, chain, crc, slots, before, marks);
  }

  /** Writes the header at the buffer's position. */
  void write(ByteBuffer to, long magic) {
    int start = to.position();
    to.putLong(magic).putShort((short) PageFormat.VERSION).putShort((short) 0);
    to.putInt(bodyLength).putLong(store).putLong(segment).putLong(position).putLong(number);
    to.putInt(records).putInt(chain).putInt(crc);
    write(slots, to);
    write(before, to);
    marks.write(to);
    int end = to.position();
    to.putShort(start + LENGTH_AT, (short) (end - start + Integer.BYTES));
    to.putInt(PageFormat.crc(to, start, end));
  }

  /**
   * Reads the header at the buffer's position, which moves to the body.
   *
   * @param file it was read from, for messages
   * @return null if no whole header of this store stands there
   * @throws StorageException if it is whole, but of another version
   */
  static @Nullable BatchHeader read(ByteBuffer from, long magic, long store, Path file) {
    int start = from.position();
    if (from.remaining() < LEAST || from.getLong(start) != magic) {
      return null;
    }
    int length = from.getShort(start + LENGTH_AT);
    if (length < LEAST || length > PageFormat.PAGE || length > from.remaining()) {
      return null;
    }
    int end = start + length - Integer.BYTES;
    if (PageFormat.crc(from, start, end) != from.getInt(end)) {
      return null;
    }
    int version = from.getShort(start + Long.BYTES);
    if (version != PageFormat.VERSION) {
      throw new StorageException(
          StorageException.Kind.INCOMPATIBLE_FORMAT,
          file
              + " holds a batch of format "
              + version
              + ", this Synod reads format "
              + PageFormat.VERSION
              + "; start the version that wrote it");
    }
    try {
      from.position(start + LENGTH_AT + Short.BYTES);
      int bodyLength = from.getInt();
      if (from.getLong() != store || bodyLength < 0) {
        return null;
      }
      BatchHeader header =
          new BatchHeader(
              store,
              from.getLong(),
              from.getLong(),
              from.getLong(),
              bodyLength,
              from.getInt(),
              from.getInt(),
              from.getInt(),
              readSlots(from),
              readSlots(from),
              Marks.read(from));
      from.position(end + Integer.BYTES);
      return header.records < 0 ? null : header;
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }

  private static void write(@Nullable SlotRange slots, ByteBuffer to) {
    to.putLong(slots == null ? 0 : slots.first()).putLong(slots == null ? 0 : slots.last());
  }

  private static @Nullable SlotRange readSlots(ByteBuffer from) {
    long first = from.getLong();
    long last = from.getLong();
    return first == 0 ? null : new SlotRange(first, last);
  }
}
