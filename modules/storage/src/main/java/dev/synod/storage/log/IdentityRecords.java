package dev.synod.storage.log;

import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Initialized;
import dev.synod.core.message.LogRecord.Left;
import dev.synod.core.message.LogRecord.OfIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The records that say which member of which group a log belongs to, as far as they were written or
 * read: the initial configuration, the epoch, the pledge of a founder, the processes met, and the
 * end of the member.
 *
 * <p>Each of them stands in one batch and again in the next one, so that one damaged batch loses
 * none. All of them are written again with each truncation, which removes the segments before. The
 * headers repeat the {@linkplain #mark mark} of all of them, so that a larger damage is noticed.
 */
final class IdentityRecords {
  private final RecordCodec codec = new RecordCodec();
  private @Nullable Initialized initialized;
  private boolean left;
  private RecoveredIdentity past = RecoveredIdentity.NONE.in(Epoch.UNBORN);
  private @Nullable IdentityMark mark;

  /** Tells whether the record is one of identity. */
  static boolean isOne(LogRecord record) {
    return record instanceof Initialized || record instanceof Left || record instanceof OfIdentity;
  }

  /** Handles the next record of the log; other records have no effect. */
  void apply(LogRecord record) {
    if (!isOne(record)) {
      return;
    }
    mark = null;
    if (record instanceof Initialized first) {
      initialized = first;
    } else if (record instanceof Left) {
      left = true;
    } else if (record instanceof OfIdentity identity) {
      past = past.after(identity);
    }
  }

  @Nullable Initialized initialized() {
    return initialized;
  }

  boolean left() {
    return left;
  }

  /** Returns the identities; a log without an epoch is in the first one. */
  RecoveredIdentity past() {
    return past.epoch().isUnborn() ? past.in(Epoch.FIRST) : past;
  }

  /** Returns the mark of all records so far. */
  IdentityMark mark() {
    IdentityMark known = mark;
    if (known == null) {
      CRC32C crc = new CRC32C();
      for (LogRecord record : records()) {
        ByteBuffer bytes = ByteBuffer.allocate(RecordCodec.size(record));
        codec.write(record, bytes);
        crc.update(bytes.flip());
      }
      known = new IdentityMark(past.epoch(), (int) crc.getValue());
      mark = known;
    }
    return known;
  }

  /** Returns records that say the same as all records so far. */
  List<LogRecord> records() {
    List<LogRecord> records = new ArrayList<>();
    if (initialized != null) {
      records.add(initialized);
    }
    if (!past.epoch().isUnborn()) {
      records.add(new LogRecord.EpochBegan(past.epoch()));
    }
    if (initialized == null
        && past.pledgedTo() != 0) { // a member of a group is no founder any more
      records.add(new LogRecord.Pledged(past.pledgedTo()));
    }
    past.met().forEach((name, incarnation) -> records.add(new LogRecord.Met(name, incarnation)));
    LogRecord.Excluded excluded = past.excluded();
    if (excluded != null) {
      records.add(excluded);
    }
    if (left) {
      records.add(new Left());
    }
    return records;
  }
}
