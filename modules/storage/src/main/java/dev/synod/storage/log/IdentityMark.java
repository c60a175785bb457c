package dev.synod.storage.log;

import dev.synod.core.message.Epoch;
import dev.synod.storage.file.PageFormat;
import java.nio.ByteBuffer;

/**
 * The mark of a log's records of identity, which every header repeats. Recovery compares it with
 * the records that it could read, so that a lost record of identity is never taken for one that was
 * never written.
 *
 * @param epoch epoch of the member; {@link Epoch#UNBORN} before its group is known
 * @param checksum checksum of all records of identity that count, see {@link IdentityRecords}
 */
record IdentityMark(Epoch epoch, int checksum) {
  /** Returns the encoded size, in bytes. */
  int length() {
    return RecordCodec.size(epoch) + Integer.BYTES;
  }

  void write(ByteBuffer to) {
    RecordCodec.write(epoch, to);
    to.putInt(checksum);
  }

  static IdentityMark read(ByteBuffer from) {
    Epoch epoch = RecordCodec.readEpoch(from);
    return new IdentityMark(epoch, PageFormat.need(from, Integer.BYTES).getInt());
  }
}
