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
 * Reads a log from front to back, page by page, and finds every whole batch in it.
 *
 * <p>A damaged batch with a whole one behind it is corruption: its write was confirmed before the
 * next one began. Its slots are unknown; which they are, its own header tells, or the batch behind
 * it, or else they are all that the log was about by then. Damage with nothing whole behind it is
 * the torn tail of a crash, and was never acknowledged.
 */
final class Recovery {
  private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

  /** A page that has to be cleared before the log goes on. */
  record DamagedPage(Segment segment, long position) {}

  private final FileSystem files;
  private final Path directory;
  private final List<Segment> segments;
  private final long store;
  private final boolean strict;

  private final RecordCodec codec = new RecordCodec();
  private final Replay replay = new Replay();
  private final CRC32C crc = new CRC32C();

  /** Whole headers behind the last whole batch, whose batch is not. */
  private final List<BatchHeader> orphans = new ArrayList<>();

  private final List<DamagedPage> damagedPages = new ArrayList<>();

  /** The last whole batch; null before the first. */
  private @Nullable BatchHeader last;

  /** Its records: applied once the next batch bears witness that it follows this one. */
  private List<LogRecord> pending = List.of();

  private boolean beginningIsLost;

  // Where the log goes on.
  private Segment tail;
  private long position;
  private long number;
  private int chain;
  private long cutIn;
  private @Nullable SlotRange before;
  private boolean lossAtEnd;

  /**
   * Reads the log.
   *
   * @param segments all of them, by rising number; at least one
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

  /** The segment to go on in. */
  Segment tail() {
    return tail;
  }

  /** Where to go on in it; 0 if it has no header yet. */
  long position() {
    return position;
  }

  /** The number of the last batch. */
  long number() {
    return number;
  }

  /** The checksum that the next batch is chained to. */
  int chain() {
    return chain;
  }

  /** The number of the segment in which the log was cut last; 0 if it never was. */
  long cutIn() {
    return cutIn;
  }

  /** What the next batch repeats of the one numbered before it. */
  @Nullable SlotRange before() {
    return before;
  }

  /** Whether a batch at the end is taken for lost: the next one must bear witness to it. */
  boolean isLossAtEnd() {
    return lossAtEnd;
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
        // What was cut off lies at or below the floor, which will take this away again.
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

  /** The header at a position, if it was written for that position and is news. */
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

  /** Where the pages of a batch end if its body is whole, else 0. Leaves the reader at the body. */
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
              + " is whole, but holds a record that this Synod cannot read ("
              + e.getMessage()
              + "); start the version that wrote it",
          e);
    }
    return records;
  }

  private void found(BatchHeader header, List<LogRecord> records, Segment segment, long end) {
    if (beginningIsLost) {
      beginningIsLost = false;
      lost(upTo(header.marks().top()), segment, "all before batch " + header.number() + " is gone");
    } else if (header.number() != number + 1) {
      commit();
      gap(number + 1, header, segment);
    } else if (last != null && header.chain() != chain) {
      // Both are whole, but another batch stood between them once: the older one is a ghost.
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
      pending = List.of();
      last = null;
    }
  }

  /** The batches from this number up to the one before {@code next} are lost. */
  private void gap(long from, BatchHeader next, Segment segment) {
    long to = next.number() - 1;
    String what =
        "batch "
            + from
            + (to > from ? " to " + to : "")
            + " cannot be read, though the next one can";
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
    logger.error(
        "{}: the log is damaged: {}. {}",
        directory,
        what,
        slots == null
            ? "It held no values; nothing is lost."
            : "What it held of slots "
                + slots.first()
                + " to "
                + slots.last()
                + " is unknown until other members tell. Check the disk.");
    if (slots != null) {
      replay.lost(slots);
      // The damage must stay visible as long as one of its slots is above the floor.
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
              + " has lost its log: no whole batch is left in segments "
              + segments.get(0).number
              + " to "
              + segments.get(segments.size() - 1).number
              + ". Its promises are gone with it: replace the member by a new one under a new name");
    }
    for (BatchHeader orphan : orphans) {
      replay.raiseBallots(orphan.marks());
    }
    if (strict && !endsCleanly()) {
      SlotRange slots = tornSlots();
      lost(slots, tail, "what was written last cannot be read");
      if (slots != null) {
        lossAtEnd = true;
        number++;
        before = slots;
        replay.reach(replay.marks().reach(slots.last()));
      }
    } else if (!orphans.isEmpty()) {
      logger.warn(
          "{}: the last write, of batch {}, was cut short and is dropped; nobody was told that it"
              + " is durable",
          directory,
          orphans.get(0).number());
    }
  }

  /** The slots of the batch at the end, from its header if that is whole. */
  private @Nullable SlotRange tornSlots() {
    boolean one = !orphans.isEmpty();
    for (BatchHeader orphan : orphans) {
      one &= orphan.number() == number + 1;
    }
    return one
        ? orphans.get(0).slots()
        : new SlotRange(1, replay.marks().top() + Log.MOST_SLOTS_AHEAD);
  }

  /** Whether nothing was begun behind the last whole batch. */
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

  /** Whether a page is empty, or left from before the file was recycled, or the end of the log. */
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
