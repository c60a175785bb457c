package dev.synod.storage.snapshot;

import dev.synod.core.Snapshot;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots as files beside the log. A snapshot is written under a temporary name, with its header
 * last, then forced and renamed, and the directory is forced. A file with the name of a snapshot is
 * therefore complete, unless it was damaged later.
 */
public final class SnapshotDirectory implements SnapshotStore {
  static final String SUFFIX = ".snapshot";
  private static final Pattern NAME = Pattern.compile("[0-9]{19}\\.snapshot");

  /** Name of a draft. */
  static final String DRAFT = "snapshot.draft";

  /**
   * Number of bytes after which a draft is forced, so that log forces do not wait behind one long
   * force.
   */
  private static final int FORCE_EVERY = 8 << 20;

  private static final Logger logger = LoggerFactory.getLogger(SnapshotDirectory.class);

  private final FileSystem files;
  private final Path directory;
  private final String group;
  private final boolean forces;
  private final ConcurrentNavigableMap<Long, SnapshotHeader> bySlot = new ConcurrentSkipListMap<>();
  private @Nullable FileDraft draft;

  /**
   * Opens the snapshots of a directory and deletes useless files: drafts, damaged snapshots, and
   * snapshots that do not reach the floor of the log.
   */
  public SnapshotDirectory(StoreOptions options, Path directory, List<String> names, long floor)
      throws IOException {
    this.files = options.files();
    this.directory = directory;
    this.group = options.group();
    this.forces = options.durability() == Durability.FSYNC;
    for (String name : names) {
      if (name.equals(DRAFT)) {
        files.delete(directory.resolve(name));
      } else if (name.endsWith(SUFFIX)) {
        adopt(directory.resolve(name), floor);
      }
    }
    while (bySlot.size() > 1) {
      delete(bySlot.firstEntry().getValue().snapshot());
    }
    if (floor > 0 && bySlot.isEmpty()) {
      logger.error(
          "{}: the log starts above slot {}, but no valid snapshot reaches that slot. The state"
              + " will be fetched from another member. Check the disk.",
          directory,
          floor);
    }
  }

  /** Whether a file of this name is a snapshot, or the draft of one. */
  public static boolean isName(String name) {
    return name.equals(DRAFT) || NAME.matcher(name).matches();
  }

  private void adopt(Path path, long floor) throws IOException {
    SnapshotHeader header = whole(path);
    if (header == null) {
      logger.error("{} is damaged and is deleted. Check the disk.", path);
      files.delete(path);
    } else if (header.snapshot().slot() < floor) {
      files.delete(path);
    } else {
      bySlot.put(header.snapshot().slot(), header);
    }
  }

  /** Returns the header of a snapshot whose bytes are all valid; otherwise null. */
  private @Nullable SnapshotHeader whole(Path path) throws IOException {
    try (FileSystem.File file = files.open(path)) {
      ByteBuffer page = ByteBuffer.allocate(PageFormat.PAGE);
      file.read(page, 0);
      SnapshotHeader header = SnapshotHeader.decode(page.flip(), path);
      if (header == null || file.size() < header.fileLength()) {
        return null;
      }
      if (!header.group().equals(group)) {
        throw new StorageException(
            StorageException.Kind.WRONG_IDENTITY,
            path + " is a snapshot of group " + header.group() + ", not of group " + group);
      }
      Summed summed = Summed.of(file, header.snapshot().length());
      ByteBuffer checksums = ByteBuffer.allocate(summed.checksums().limit());
      file.read(checksums, PageFormat.PAGE + header.snapshot().length());
      boolean sound =
          summed.checksum() == header.snapshot().checksum()
              && checksums.flip().equals(summed.checksums());
      return sound ? header : null;
    }
  }

  /** The checksum of a file, and those of its blocks. */
  private record Summed(int checksum, ByteBuffer checksums) {
    static Summed of(FileSystem.File file, long length) throws IOException {
      CRC32C all = new CRC32C();
      int blocks = (int) ((length + SnapshotHeader.BLOCK - 1) / SnapshotHeader.BLOCK);
      ByteBuffer checksums = ByteBuffer.allocate(blocks * Integer.BYTES);
      ByteBuffer block = ByteBuffer.allocate((int) Math.min(SnapshotHeader.BLOCK, length));
      for (long at = 0; at < length; at += SnapshotHeader.BLOCK) {
        block.clear().limit((int) Math.min(SnapshotHeader.BLOCK, length - at));
        file.read(block, PageFormat.PAGE + at);
        block.flip();
        all.update(block.slice());
        checksums.putInt(PageFormat.crc(block, 0, block.limit()));
      }
      return new Summed((int) all.getValue(), checksums.flip());
    }
  }

  private Path path(long slot) {
    return directory.resolve(String.format(Locale.ROOT, "%019d%s", slot, SUFFIX));
  }

  @Override
  public @Nullable Snapshot newest() {
    Map.Entry<Long, SnapshotHeader> last = bySlot.lastEntry();
    return last == null ? null : last.getValue().snapshot();
  }

  @Override
  public void drop(Snapshot snapshot) {
    try {
      delete(snapshot);
    } catch (IOException e) {
      // The failure only wastes space; the next start deletes the file again.
      logger.warn("{}: cannot delete {}: {}", directory, snapshot, e.toString());
    }
  }

  private void delete(Snapshot snapshot) throws IOException {
    SnapshotHeader header = bySlot.get(snapshot.slot());
    if (header != null && header.snapshot().equals(snapshot)) {
      bySlot.remove(snapshot.slot());
      files.delete(path(snapshot.slot()));
    }
  }

  // ---- reading --------------------------------------------------------------------------------

  @Override
  public byte[] read(Snapshot snapshot, long offset, int length) {
    SnapshotHeader header = bySlot.get(snapshot.slot());
    if (header == null
        || !header.snapshot().equals(snapshot)
        || offset < 0
        || length < 0
        || offset > snapshot.length() - length) {
      return new byte[0];
    }
    try (FileSystem.File file = files.open(path(snapshot.slot()))) {
      byte[] chunk = new byte[length];
      for (long at = offset / SnapshotHeader.BLOCK * SnapshotHeader.BLOCK;
          at < offset + length;
          at += SnapshotHeader.BLOCK) {
        ByteBuffer block = block(header, at, file);
        int from = (int) Math.max(0, offset - at);
        int to = (int) Math.min(block.limit(), offset + length - at);
        block.get(from, chunk, (int) (at + from - offset), to - from);
      }
      return chunk;
    } catch (IOException e) {
      if (header.equals(bySlot.get(snapshot.slot()))) { // not dropped meanwhile
        logger.error("{} cannot be read: {}. Check the disk.", path(snapshot.slot()), e.toString());
      }
      return new byte[0];
    }
  }

  /** Returns a block with a valid checksum. */
  private ByteBuffer block(SnapshotHeader header, long at, FileSystem.File file)
      throws IOException {
    long length = header.snapshot().length();
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(SnapshotHeader.BLOCK, length - at));
    file.read(block, PageFormat.PAGE + at);
    ByteBuffer checksum = ByteBuffer.allocate(Integer.BYTES);
    file.read(checksum, PageFormat.PAGE + length + at / SnapshotHeader.BLOCK * Integer.BYTES);
    if (block.hasRemaining()
        || checksum.hasRemaining()
        || PageFormat.crc(block.flip(), 0, block.limit()) != checksum.getInt(0)) {
      throw new IOException("the block at " + at + " of " + header.snapshot() + " is damaged");
    }
    return block;
  }

  @Override
  public InputStream read(Snapshot snapshot) {
    SnapshotHeader header = bySlot.get(snapshot.slot());
    try {
      if (header == null || !header.snapshot().equals(snapshot)) {
        throw new IOException("there is no " + snapshot);
      }
      return new Blocks(header, files.open(path(snapshot.slot())));
    } catch (IOException e) {
      throw StorageException.io("cannot read", path(snapshot.slot()), 0, files, e);
    }
  }

  private final class Blocks extends InputStream {
    private final SnapshotHeader header;
    private final FileSystem.File file;
    private ByteArrayInputStream block = new ByteArrayInputStream(new byte[0]);
    private long next;

    Blocks(SnapshotHeader header, FileSystem.File file) {
      this.header = header;
      this.file = file;
    }

    private boolean turn() throws IOException {
      if (block.available() == 0 && next < header.snapshot().length()) {
        block = new ByteArrayInputStream(block(header, next, file).array());
        next += SnapshotHeader.BLOCK;
      }
      return block.available() > 0;
    }

    @Override
    public int read() throws IOException {
      return turn() ? block.read() : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      return turn() ? block.read(into, from, length) : -1;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  // ---- writing --------------------------------------------------------------------------------

  @Override
  public Draft draft(long slot) {
    Path path = directory.resolve(DRAFT);
    try {
      if (draft != null) {
        draft.file.close();
      }
      FileDraft begun = new FileDraft(slot, files.create(path));
      draft = begun;
      return begun;
    } catch (IOException e) {
      throw StorageException.io("cannot make", path, PageFormat.PAGE, files, e);
    }
  }

  private final class FileDraft implements Draft {
    private final Path path = directory.resolve(DRAFT);
    private final long slot;
    private final FileSystem.File file;
    private long length;
    private long unforced;

    FileDraft(long slot, FileSystem.File file) {
      this.slot = slot;
      this.file = file;
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int octet) {
          FileDraft.this.write(length, new byte[] {(byte) octet});
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
          put(length, ByteBuffer.wrap(bytes, from, count));
        }
      };
    }

    @Override
    public void write(long offset, byte[] bytes) {
      put(offset, ByteBuffer.wrap(bytes));
    }

    private void put(long offset, ByteBuffer bytes) {
      int count = bytes.remaining();
      try {
        file.write(bytes, PageFormat.PAGE + offset);
        length = Math.max(length, offset + count);
        unforced += count;
        if (forces && unforced >= FORCE_EVERY) {
          file.force();
          unforced = 0;
        }
      } catch (IOException e) {
        throw StorageException.io("cannot write", path, count, files, e);
      }
    }

    @Override
    public Snapshot publish() {
      try {
        Summed summed = Summed.of(file, length);
        Snapshot snapshot = new Snapshot(slot, length, summed.checksum());
        publish(snapshot, summed.checksums());
        return snapshot;
      } catch (IOException e) {
        throw StorageException.io("cannot write", path, PageFormat.PAGE, files, e);
      }
    }

    @Override
    public boolean publish(Snapshot expected) {
      try {
        Summed summed = Summed.of(file, length);
        Snapshot snapshot = new Snapshot(slot, length, summed.checksum());
        if (!snapshot.equals(expected)) {
          logger.warn("{} has become {}, but {} was expected", path, snapshot, expected);
          file.close();
          files.delete(path);
          draft = null;
          return false;
        }
        publish(snapshot, summed.checksums());
        return true;
      } catch (IOException e) {
        throw StorageException.io("cannot write", path, PageFormat.PAGE, files, e);
      }
    }

    private void publish(Snapshot snapshot, ByteBuffer checksums) throws IOException {
      SnapshotHeader header = new SnapshotHeader(group, snapshot);
      file.write(checksums, PageFormat.PAGE + length);
      file.write(header.encode(), 0);
      if (forces) {
        file.force();
      }
      file.close();
      draft = null;
      files.rename(path, path(slot));
      files.forceDirectory(directory);
      bySlot.put(slot, header);
    }
  }
}
