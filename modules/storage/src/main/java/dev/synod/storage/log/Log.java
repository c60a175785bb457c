package dev.synod.storage.log;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.SlotRange;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.file.StorageException.Kind;
import dev.synod.storage.identity.Identity;
import dev.synod.storage.snapshot.SnapshotDirectory;
import dev.synod.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log: it writes batches, forces them, moves from segment to segment, and recovers. It has
 * neither threads nor a clock, and one thread at a time may use it: that of the group commit, or a
 * simulator's.
 *
 * <p>After the first failure the log is stopped: every later {@link #write} and {@link #force}
 * throws the same failure and has no effect.
 */
public final class Log implements AutoCloseable {
  /**
   * Maximum distance of a batch's slots above all earlier slots. A batch without records announces
   * a larger distance before. A batch that is damaged beyond recognition therefore leaves only that
   * many slots unknown.
   */
  static final long MOST_SLOTS_AHEAD = 4096;

  private static final Logger logger = LoggerFactory.getLogger(Log.class);
  private static final int USUAL_BUFFER = 64 << 10;
  private static final byte[] ZEROS = new byte[PageFormat.PAGE];

  private final FileSystem files;
  private final DataDirectory directory;
  private final StoreOptions options;
  private final Identity identity;
  private final IncarnationHistory incarnationHistory;
  private final SegmentFiles segmentFiles;
  private final Recovered recovered;
  private final SnapshotDirectory snapshots;

  private final RecordCodec codec = new RecordCodec();
  private final CRC32C crc = new CRC32C();
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /** Earlier segments that are still needed, the oldest first. */
  private final Deque<Segment> older = new ArrayDeque<>();

  private Segment current;
  private FileSystem.File file;

  /** Position of the next batch in the current segment; 0 if the segment has no header yet. */
  private long position;

  /** Number of the last batch, the checksum of its body, and its slots. */
  private long number;

  private int chain;

  /** Number of the segment in which the log was last truncated; 0 if it never was. */
  private long cutIn;

  private @Nullable SlotRange slots;
  private Marks marks;
  private final IdentityRecords identityRecords;

  /** Bytes written, including those found when the log was opened. */
  private long bytes;

  private boolean unforced;
  private boolean closed;
  private @Nullable StorageException failure;

  /** Opens or creates the log, and prepares and recycles files on the calling thread. */
  public static Log open(StoreOptions options) {
    return open(options, Runnable::run, UUID::randomUUID);
  }

  /**
   * Opens or creates the log.
   *
   * @param background executor that prepares and recycles files; it must run its tasks one after
   *     the other
   * @param ids source of the id of a new store and of the token of each opening
   * @throws StorageException if the directory cannot be used
   */
  public static Log open(StoreOptions options, Executor background, Supplier<UUID> ids) {
    DataDirectory directory = DataDirectory.lock(options);
    try {
      return new Log(options, directory, background, ids);
    } catch (IOException e) {
      directory.close();
      throw StorageException.io(
          "cannot open", directory.path(), options.segmentBytes(), options.files(), e);
    } catch (StorageException e) {
      directory.close();
      throw e;
    }
  }

  private Log(
      StoreOptions options, DataDirectory directory, Executor background, Supplier<UUID> ids)
      throws IOException {
    this.options = options;
    this.files = options.files();
    this.directory = directory;
    this.segmentFiles =
        new SegmentFiles(files, directory.path(), options.segmentBytes(), background);
    this.identity = directory.identity(segmentFiles, ids);
    segmentFiles.adopt(directory.names());
    List<Segment> segments = directory.segments();
    Recovery recovery =
        new Recovery(files, directory.path(), segments, identity.mark(), options.strict());
    this.recovered = recovery.replay().finish();
    this.identityRecords = recovery.replay().identity();
    this.marks = recovery.replay().marks().with(identityRecords.mark());
    this.current = recovery.tail();
    this.position = recovery.position();
    this.number = recovery.number();
    this.chain = recovery.chain();
    this.cutIn = recovery.cutIn();
    this.slots = recovery.before();
    this.snapshots =
        new SnapshotDirectory(options, directory.path(), directory.names(), marks.floor());
    this.file = files.open(current.path);
    try {
      List<Segment> superfluous = sort(segments);
      clearDamagedPages(recovery);
      superfluous.forEach(segmentFiles::retire);
      // The opening is recorded last, so that a failed opening changes nothing, and before the log
      // is used.
      this.incarnationHistory =
          directory.opened(identity, Identity.mark(ids.get())).incarnationHistory();
    } catch (IOException | StorageException e) {
      segmentFiles.close();
      file.close();
      throw e;
    }
    releaseUpTo(marks.floor());
    this.bytes = older.size() * options.segmentBytes() + position;
  }

  /**
   * Separates the earlier segments from the prepared one.
   *
   * @return segments that are neither
   */
  private List<Segment> sort(List<Segment> segments) {
    List<Segment> superfluous = new ArrayList<>();
    Segment next = null;
    for (Segment segment : segments) {
      if (segment.number < current.number) {
        older.add(segment);
      } else if (segment.number == current.number + 1) {
        next = segment;
      } else if (segment != current) {
        superfluous.add(segment);
      }
    }
    if (next == null) {
      segmentFiles.prepare(current.number + 1);
    } else {
      segmentFiles.prepared(next);
    }
    return superfluous;
  }

  /**
   * Clears the remains of a write that is dropped, so that a later torn write cannot bring it back.
   * If the write is not dropped but unknown (strict mode), a batch that records the loss comes
   * first.
   */
  private void clearDamagedPages(Recovery recovery) throws IOException {
    // A ballot that only the remains of a batch contain is written again before they are cleared:
    // the member treats it as its promise and would answer with it without writing it again.
    boolean witness = recovery.isLossAtEnd() || !recovery.damagedPages().isEmpty();
    // A record of identity may stand in one place only: the damage has hit the other one, or the
    // writer stopped between the two. The segments that held it before are removed next.
    boolean once = recovery.isDamaged() || recovery.isIdentityOnce() || witness;
    List<LogRecord> identities = once ? identityRecords.records() : List.of();
    if (witness || !identities.isEmpty()) {
      write(identities);
      force();
    }
    for (Recovery.DamagedPage damagedPage : recovery.damagedPages()) {
      boolean overwritten =
          witness
              && damagedPage.segment().number == current.number
              && damagedPage.position() <= position;
      if (!overwritten) {
        try (FileSystem.File wounded = files.open(damagedPage.segment().path)) {
          wounded.write(ByteBuffer.allocate(PageFormat.PAGE), damagedPage.position());
          wounded.force();
        }
      }
    }
  }

  /** Returns the contents of the log when it was opened. */
  public Recovered recovered() {
    return recovered;
  }

  /** Returns the snapshots in the same directory. */
  public SnapshotStore snapshots() {
    return snapshots;
  }

  /**
   * Returns the number of bytes written, including those it held when it was opened; it never
   * decreases.
   */
  public long bytes() {
    return bytes;
  }

  /** Returns the random id of the store. */
  public String storeId() {
    return identity.storeId().toString();
  }

  /** Returns the openings of the store with their tokens. */
  public IncarnationHistory incarnationHistory() {
    return incarnationHistory;
  }

  /** Writes the records as one batch, in one write. They are durable after {@link #force}. */
  public void write(List<LogRecord> records) {
    check();
    try {
      SlotRange range = range(records);
      if (range != null && range.last() - marks.top() > MOST_SLOTS_AHEAD) {
        writeBatch(List.of(), null, marks.reach(range.last()));
        sync();
      }
      Marks after = marks;
      boolean cuts = false;
      for (LogRecord record : records) {
        after = after.after(record);
        identityRecords.apply(record);
        cuts |= record instanceof LogRecord.Truncated;
      }
      List<LogRecord> batch = new ArrayList<>(records);
      if (cuts) {
        // In the same batch, because this one permits the removal of those before.
        batch.addAll(identityRecords.records());
      }
      writeBatch(batch, range, after.with(identityRecords.mark()));
      cutIn = cuts ? current.number : cutIn;
      List<LogRecord> again = batch.stream().filter(IdentityRecords::isOne).toList();
      if (!again.isEmpty()) {
        // Without the force the disk may write the second place first, and the loss of power would
        // look like damage of the first one.
        sync();
        writeBatch(again, null, marks);
      }
    } catch (IOException e) {
      throw fail(StorageException.io("cannot write", current.path, buffer.limit(), files, e));
    } catch (StorageException e) {
      throw fail(e);
    }
  }

  /** Makes every written record durable in the sense of the store's {@link Durability}. */
  public void force() {
    check();
    try {
      sync();
    } catch (IOException e) {
      throw fail(StorageException.io("cannot force", current.path, 0, files, e));
    }
    releaseUpTo(marks.floor());
  }

  private void check() {
    if (failure != null) {
      throw failure;
    }
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  private StorageException fail(StorageException cause) {
    failure = cause;
    return cause;
  }

  private void sync() throws IOException {
    if (unforced && options.durability() == Durability.FSYNC) {
      file.force();
    }
    unforced = false;
  }

  private static @Nullable SlotRange range(List<LogRecord> records) {
    long first = Long.MAX_VALUE;
    long last = 0;
    for (LogRecord record : records) {
      long slot = Marks.slot(record);
      if (slot > 0) {
        first = Math.min(first, slot);
        last = Math.max(last, slot);
      }
    }
    return last == 0 ? null : new SlotRange(first, last);
  }

  private void writeBatch(List<LogRecord> records, @Nullable SlotRange range, Marks after)
      throws IOException {
    long bodyLength = 0;
    for (LogRecord record : records) {
      bodyLength += RecordCodec.size(record);
    }
    int headerLength = header(0, 0, 0, range, after).length();
    long length = PageFormat.padded(headerLength + bodyLength);
    long needed = options.strict() ? length + PageFormat.PAGE : length;
    if (position > 0 && position + needed > options.segmentBytes()) {
      roll();
    }
    // A batch larger than a segment gets a segment of its own, which grows.
    boolean first = position == 0;
    long at = first ? PageFormat.SEGMENT_HEADER : position;
    reserve(PageFormat.SEGMENT_HEADER + needed);

    buffer.clear().position(PageFormat.SEGMENT_HEADER + headerLength);
    for (LogRecord record : records) {
      codec.write(record, buffer);
    }
    int end = buffer.position();
    ByteBuffer body = buffer.slice(end - (int) bodyLength, (int) bodyLength);
    BatchHeader header =
        header((int) bodyLength, records.size(), Recovery.checksum(crc, chain, body), range, after);
    fillPage();
    buffer.position(PageFormat.SEGMENT_HEADER);
    header.at(at).write(buffer, BatchHeader.BATCH);
    buffer.position(PageFormat.SEGMENT_HEADER + (int) length);
    if (options.strict()) {
      header.at(at + length).write(buffer, BatchHeader.END);
      fillPage();
    }
    buffer.flip();
    if (first) {
      writeSegmentHeader();
    }
    file.write(buffer.position(first ? 0 : PageFormat.SEGMENT_HEADER), first ? 0 : at);
    unforced = true;
    position = at + length;
    bytes += length;
    number++;
    chain = header.crc();
    slots = range;
    marks = after;
    if (range != null) {
      current.reach(range.last());
    }
  }

  private BatchHeader header(
      int bodyLength, int records, int checksum, @Nullable SlotRange range, Marks after) {
    return new BatchHeader(
        identity.mark(),
        current.number,
        0,
        number + 1,
        bodyLength,
        records,
        chain,
        checksum,
        range,
        slots,
        after);
  }

  private void writeSegmentHeader() {
    long highestBefore = 0;
    for (Segment segment : older) {
      highestBefore = Math.max(highestBefore, segment.highest);
    }
    SegmentHeader header =
        new SegmentHeader(
            identity.group(),
            identity.member(),
            identity.mark(),
            current.number,
            number + 1,
            highestBefore,
            marks);
    buffer.position(0);
    header.write(buffer);
    header.write(buffer);
  }

  private void fillPage() {
    int used = buffer.position() % PageFormat.PAGE;
    if (used > 0) {
      buffer.put(ZEROS, 0, PageFormat.PAGE - used);
    }
  }

  private void reserve(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new StorageException(
          Kind.IO, "a batch of " + bytes + " bytes cannot be written; write smaller ones");
    }
    if (bytes > buffer.capacity()) {
      long roomy = Math.max(USUAL_BUFFER, bytes * 3 / 2);
      buffer = ByteBuffer.allocateDirect((int) Math.min(Integer.MAX_VALUE, roomy));
    }
  }

  private void roll() throws IOException {
    sync();
    file.close();
    older.add(current);
    current = segmentFiles.take(current.number + 1);
    file = files.open(current.path);
    position = 0;
    segmentFiles.prepare(current.number + 1);
  }

  /**
   * Recycles the segments without slots above the floor, the oldest first. Records of identity are
   * written again with each truncation, so they are needed only from the segment of the last
   * truncation on.
   */
  private void releaseUpTo(long floor) {
    while (!older.isEmpty()
        && older.getFirst().highest <= floor
        && older.getFirst().number < cutIn) {
      segmentFiles.retire(older.removeFirst());
    }
  }

  @Override
  public String toString() {
    return directory.path() + " (" + identity + ")";
  }

  /** Releases the files and the lock without forcing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      segmentFiles.close();
      try {
        file.close();
      } catch (IOException e) {
        logger.warn("cannot close {}: {}", current.path, e.toString());
      }
      directory.close();
    }
  }
}
