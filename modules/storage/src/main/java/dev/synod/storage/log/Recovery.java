package dev.synod.storage.log;

import dev.synod.core.message.LogRecord;
import dev.synod.core.message.SlotRange;
import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.PageReader;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.file.StorageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log sequentially, page by page, and finds every valid batch.
 *
 * <p>A damaged batch before a valid one is corruption, because its write was confirmed before the
 * next one began. Its slots are unknown; its own header or the following batch names them,
 * otherwise they are all slots of the log so far. Damage without a later valid batch is the torn
 * end of a crash, which was never acknowledged.
 */
final class Recovery {
  private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

  /** A page that must be cleared before the log continues. */
  record DamagedPage(Segment segment, long position) {}

  private final FileSystem files;
  private final Path directory;
  private final List<Segment> segments;
  private final long store;
  private final boolean strict;

  private final RecordCodec codec = new RecordCodec();
  private final Replay replay = new Replay();
  private final CRC32C crc = new CRC32C();

  /** Valid headers after the last valid batch, whose batches are damaged. */
  private final List<BatchHeader> orphans = new ArrayList<>();

  private final List<DamagedPage> damagedPages = new ArrayList<>();

  /** The last valid batch; null before the first. */
  private @Nullable BatchHeader last;

  /**
   * The records of the last valid batch, which are applied once the next batch confirms the order.
   */
  private List<LogRecord> pending = List.of();

  private boolean beginningIsLost;

  // Position at which the log continues:
  private Segment tail;
  private long position;
  private long number;
  private int chain;
  private long cutIn;
  private @Nullable SlotRange before;
  private boolean lossAtEnd;

  /** Whether a batch is missing of which records of identity may have been a part. */
  private boolean damaged;

  /** Records of identity in the last batch, and whether the batch before it has others. */
  private List<LogRecord> identities = List.of();

  private boolean identityOnce;

  /**
   * Reads the log.
   *
   * @param segments all segments in rising order of their numbers, at least one
   */
  Recovery(FileSystem files, Path directory, List<Segment> segments, long store, boolean strict)
      throws IOException {
    this.files = files;
    this.directory = directory;
    this.segments = segments;
    this.store = store;
    this.strict = strict;
    this.tail = segments.get(0);
    PageReader reader = null;
    for (Segment segment : segments) {
      try (FileSystem.File file = files.open(segment.path)) {
        if (reader == null) {
          reader = new PageReader(file);
          begin(segment, reader);
        } else {
          reader.turnTo(file);
        }
        scan(segment, reader);
      }
    }
    commit();
    end();
  }

  Replay replay() {
    return replay;
  }

  /** Returns the segment in which the log continues. */
  Segment tail() {
    return tail;
  }

  /** Returns the position in that segment; 0 if the segment has no header yet. */
  long position() {
    return position;
  }

  /** Returns the number of the last batch. */
  long number() {
    return number;
  }

  /** Returns the checksum to which the next batch is chained. */
  int chain() {
    return chain;
  }

  /** Returns the number of the segment in which the log was last truncated; 0 if it never was. */
  long cutIn() {
    return cutIn;
  }

  /** Returns the slots of the previous batch, which the next batch repeats. */
  @Nullable SlotRange before() {
    return before;
  }

  /** Tells whether a batch at the end is treated as lost, which the next batch must record. */
  boolean isLossAtEnd() {
    return lossAtEnd;
  }

  /** Tells whether a batch is missing before the last valid one. */
  boolean isDamaged() {
    return damaged;
  }

  /**
   * Tells whether the last batch holds records of identity that are not in the batch before it: the
   * writer stopped before it wrote them in their second place.
   */
  boolean isIdentityOnce() {
    return identityOnce;
  }

  List<DamagedPage> damagedPages() {
    return damagedPages;
  }

  private void begin(Segment first, PageReader reader) throws IOException {
    SegmentHeader header = header(first, reader);
    if (header != null) {
      position = PageFormat.SEGMENT_HEADER;
      number = header.firstBatch() - 1;
      replay.reach(header.marks());
      if (header.highestBefore() > 0) {
        // The truncated slots are at or below the floor, which removes this loss again.
        replay.lost(new SlotRange(1, header.highestBefore()));
        first.reach(header.highestBefore());
      }
    } else if (first.number > 1) {
      beginningIsLost = true;
    }
  }

  private @Nullable SegmentHeader header(Segment segment, PageReader reader) throws IOException {
    for (long at = 0; at < PageFormat.SEGMENT_HEADER; at += PageFormat.PAGE) {
      SegmentHeader header = SegmentHeader.read(reader.at(at, PageFormat.PAGE), store);
      if (header != null && header.segment() == segment.number) {
        return header;
      }
    }
    return null;
  }

  private void scan(Segment segment, PageReader reader) throws IOException {
    boolean begun = false;
    long at = PageFormat.SEGMENT_HEADER;
    while (at < reader.size()) {
      BatchHeader header = batchHeader(segment, at, reader, BatchHeader.BATCH);
      long end = header == null ? 0 : wholeUntil(header, at, reader);
      if (header != null && end > 0) {
        found(header, decode(header, segment, reader), segment, end);
        begun = true;
        at = end;
        continue;
      }
      BatchHeader orphan =
          header != null ? header : batchHeader(segment, at, reader, BatchHeader.END);
      if (orphan != null && orphan.number() > number) {
        orphans.add(orphan);
        damagedPages.add(new DamagedPage(segment, at));
      }
      at += PageFormat.PAGE;
    }
    if (!begun && segment != segments.get(0) && header(segment, reader) != null) {
      damagedPages.add(new DamagedPage(segment, 0));
      damagedPages.add(new DamagedPage(segment, PageFormat.PAGE));
    }
  }

  /**
   * Returns the header at a position if it was written for that position and is later than the last
   * one.
   */
  private @Nullable BatchHeader batchHeader(Segment segment, long at, PageReader reader, long magic)
      throws IOException {
    BatchHeader header =
        BatchHeader.read(reader.at(at, PageFormat.PAGE), magic, store, segment.path);
    return header != null
            && header.segment() == segment.number
            && header.position() == at
            && header.number() > number
        ? header
        : null;
  }

  /**
   * Returns the end of a batch's pages if its body is valid, otherwise 0. The reader stays at the
   * body.
   */
  private long wholeUntil(BatchHeader header, long at, PageReader reader) throws IOException {
    int length = header.length();
    if (at + length + header.bodyLength() > reader.size()) {
      return 0;
    }
    ByteBuffer body = reader.at(at + length, header.bodyLength());
    return checksum(crc, header.chain(), body) == header.crc()
        ? at + PageFormat.padded((long) length + header.bodyLength())
        : 0;
  }

  private List<LogRecord> decode(BatchHeader header, Segment segment, PageReader reader)
      throws IOException {
    ByteBuffer body = reader.at(header.position() + header.length(), header.bodyLength());
    List<LogRecord> records = new ArrayList<>(Math.min(header.records(), header.bodyLength()));
    try {
      for (int i = 0; i < header.records(); i++) {
        records.add(codec.read(body));
      }
    } catch (IllegalArgumentException e) {
      throw new StorageException(
          Kind.INCOMPATIBLE_FORMAT,
          "batch "
              + header.number()
              + " in "
              + segment.path
              + " is valid, but holds a record that this version of Synod cannot read ("
              + e.getMessage()
              + "); use the version that wrote it",
          e);
    }
    return records;
  }

  private void found(BatchHeader header, List<LogRecord> records, Segment segment, long end) {
    if (beginningIsLost) {
      beginningIsLost = false;
      lost(
          upTo(header.marks().top()),
          segment,
          "every batch before batch " + header.number() + " is missing");
    } else if (header.number() != number + 1) {
      commit();
      gap(number + 1, header, segment);
    } else if (last != null && header.chain() != chain) {
      // Both batches are valid, but another one was written between them: the older one is a
      // leftover.
      pending = List.of();
      last = null;
      gap(number, header, segment);
    } else {
      commit();
    }
    last = header;
    pending = records;
    tail = segment;
    position = end;
    number = header.number();
    chain = header.crc();
    before = header.slots();
    if (before != null) {
      segment.reach(before.last());
    }
    orphans.clear();
    damagedPages.clear();
  }

  private void commit() {
    if (last != null) {
      for (LogRecord record : pending) {
        replay.apply(record);
        cutIn = record instanceof LogRecord.Truncated ? tail.number : cutIn;
      }
      replay.reach(last.marks());
      List<LogRecord> these = pending.stream().filter(IdentityRecords::isOne).toList();
      identityOnce = !these.isEmpty() && !these.equals(identities);
      identities = these;
      pending = List.of();
      last = null;
    }
  }

  /** Records the loss of the batches from this number up to the one before {@code next}. */
  private void gap(long from, BatchHeader next, Segment segment) {
    long to = next.number() - 1;
    String what =
        "batch " + from + (to > from ? " to " + to : "") + " cannot be read, but the next one can";
    List<SlotRange> ranges = new ArrayList<>();
    for (long lost = from; lost < to; lost++) {
      BatchHeader orphan = orphan(lost);
      if (orphan == null) {
        lost(upTo(next.marks().top()), segment, what);
        return;
      }
      if (orphan.slots() != null) {
        ranges.add(orphan.slots());
      }
    }
    if (next.before() != null) {
      ranges.add(next.before());
    }
    if (ranges.isEmpty()) {
      lost(null, segment, what);
    }
    for (SlotRange range : ranges) {
      lost(range, segment, what);
    }
  }

  private @Nullable BatchHeader orphan(long wanted) {
    for (BatchHeader orphan : orphans) {
      if (orphan.number() == wanted) {
        return orphan;
      }
    }
    return null;
  }

  private static @Nullable SlotRange upTo(long slot) {
    return slot == 0 ? null : new SlotRange(1, slot);
  }

  private void lost(@Nullable SlotRange slots, Segment noticedIn, String what) {
    damaged = true;
    logger.error(
        "{}: the log is damaged: {}. {}",
        directory,
        what,
        slots == null
            ? "It held no values; what it said of the identity stands elsewhere too."
            : "Its records of the slots "
                + slots.first()
                + " to "
                + slots.last()
                + " are unknown until other members report them. Check the disk.");
    if (slots != null) {
      replay.lost(slots);
      // The damage must stay visible as long as one of its slots is above the floor, so its segment
      // is kept.
      for (Segment segment : segments) {
        if (segment.number >= tail.number && segment.number <= noticedIn.number) {
          segment.reach(slots.last());
        }
      }
    }
  }

  private void end() throws IOException {
    if (beginningIsLost) {
      throw new StorageException(
          Kind.DAMAGED,
          directory
              + " has lost its log: no valid batch is left in segments "
              + segments.get(0).number
              + " to "
              + segments.get(segments.size() - 1).number
              + ". Its promises are lost: replace the member by a new one under a new name");
    }
    compareIdentity();
    for (BatchHeader orphan : orphans) {
      replay.raiseBallots(orphan.marks());
    }
    if (strict && !endsCleanly()) {
      SlotRange slots = tornSlots();
      lost(slots, tail, "the last write cannot be read");
      if (slots != null) {
        lossAtEnd = true;
        number++;
        before = slots;
        replay.reach(replay.marks().reach(slots.last()));
      }
    } else if (!orphans.isEmpty()) {
      logger.warn(
          "{}: the last write, of batch {}, was interrupted and is dropped; it was never"
              + " acknowledged as durable",
          directory,
          orphans.get(0).number());
    }
  }

  /**
   * Compares the records of identity with their mark in the last header. The header names the
   * epoch, but not the other records: a member that lacks them knows neither its group nor the
   * processes that it has met, and must not act as if it were new.
   */
  private void compareIdentity() {
    IdentityMark mark = replay.marks().identity();
    if (mark == null || mark.equals(replay.identity().mark())) {
      return;
    }
    if (!mark.epoch().isUnborn()) {
      replay.identity().apply(new LogRecord.EpochBegan(mark.epoch()));
    }
    if (!mark.equals(replay.identity().mark())) {
      throw new StorageException(
          Kind.DAMAGED,
          directory
              + " has lost records of identity, in both places: its group or the processes that it"
              + " has met are unknown (epoch "
              + mark.epoch()
              + "). Restore the directory from a backup of this member that is as new, or replace"
              + " the member by a new one under a new name");
    }
  }

  /** Returns the slots of the batch at the end, from its header if that is valid. */
  private @Nullable SlotRange tornSlots() {
    boolean one = !orphans.isEmpty();
    for (BatchHeader orphan : orphans) {
      one &= orphan.number() == number + 1;
    }
    return one
        ? orphans.get(0).slots()
        : new SlotRange(1, replay.marks().top() + Log.MOST_SLOTS_AHEAD);
  }

  /** Tells whether no batch was started after the last valid one. */
  private boolean endsCleanly() throws IOException {
    boolean clean = orphans.isEmpty();
    for (Segment segment : segments) {
      if (segment.number >= tail.number) {
        try (FileSystem.File file = files.open(segment.path)) {
          PageReader reader = new PageReader(file);
          clean &=
              (segment == tail && position > 0)
                  ? isUntouched(segment, position, reader)
                  : isUntouched(segment, 0, reader)
                      && isUntouched(segment, PageFormat.PAGE, reader);
        }
      }
    }
    return clean;
  }

  /**
   * Tells whether a page is empty, left over from before the file was recycled, or the end of the
   * log.
   */
  private boolean isUntouched(Segment segment, long at, PageReader reader) throws IOException {
    if (PageFormat.isZero(reader.at(at, PageFormat.PAGE))) {
      return true;
    }
    SegmentHeader header = SegmentHeader.read(reader.at(at, PageFormat.PAGE), store);
    if (header != null) {
      return header.segment() != segment.number;
    }
    BatchHeader batch =
        BatchHeader.read(reader.at(at, PageFormat.PAGE), BatchHeader.BATCH, store, segment.path);
    if (batch == null) {
      batch =
          BatchHeader.read(reader.at(at, PageFormat.PAGE), BatchHeader.END, store, segment.path);
    }
    return batch != null && (batch.segment() != segment.number || batch.number() == number);
  }

  static int checksum(CRC32C crc, int chain, ByteBuffer body) {
    crc.reset();
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(chain >>> shift);
    }
    crc.update(body.slice());
    return (int) crc.getValue();
  }
}
