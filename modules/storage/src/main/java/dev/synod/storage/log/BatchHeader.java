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
 * The header of a batch, the atomic unit of the log. It has its own checksum, so that it stays
 * valid if the body is damaged: it tells which slots the damage may affect, and no promise is lost
 * with the body.
 *
 * <p>The header names its segment and its position. This distinguishes it from the earlier contents
 * of a recycled file, from misdirected writes of a disk, and from equal bytes in a value.
 *
 * @param store random number of the store, drawn when it was created
 * @param segment number of its segment
 * @param position position in the file, in bytes
 * @param number number of the batch in the store, from 1; a gap proves that a batch was lost
 * @param bodyLength size of the body, which follows the header immediately
 * @param records number of records in the body
 * @param chain checksum of the body of the previous batch
 * @param crc checksum of {@code chain} and this body
 * @param slots lowest and highest slot accepted or learned in this batch; null if there is none
 * @param before slots of the previous batch, which replace its header if that is damaged
 * @param marks progress of the log after this batch
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
  /** Magic number of a batch header. */
  static final long BATCH = 0x53796e6f64426174L; // SynodBat

  /**
   * Magic number of the copy of the last header at the end of a strict log. It distinguishes a
   * clean end from a damaged one, and it replaces a damaged last header.
   */
  static final long END = 0x53796e6f64456e64L; // SynodEnd

  private static final int LENGTH_AT = Long.BYTES + Short.BYTES;

  /** Size of the header without the names of the two ballots and the mark of the identity. */
  private static final int LEAST = 148;

  /** Returns the size of the header, in bytes. */
  int length() {
    IdentityMark identity = marks.identity();
    return LEAST
        + nameLength(marks.promised())
        + nameLength(marks.campaigned())
        + (identity == null ? 0 : identity.length());
  }

  private static int nameLength(Ballot ballot) {
    return ballot.member().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Returns this header at another position. */
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
    marks.writeIdentity(to);
    int end = to.position();
    to.putShort(start + LENGTH_AT, (short) (end - start + Integer.BYTES));
    to.putInt(PageFormat.crc(to, start, end));
  }

  /**
   * Reads the header at the buffer's position, which moves to the body.
   *
   * @param file file of the header, for messages
   * @return null if there is no valid header of this store
   * @throws StorageException if the header is valid but has another version
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
              + ", but this version of Synod reads format "
              + PageFormat.VERSION
              + "; use the version that wrote it");
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
              Marks.read(from).readIdentity(from, end));
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
