package dev.synod.simulation.disk;

import dev.synod.storage.file.FileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory with the faults of disks: it loses unforced writes, tears writes, fails to
 * force, fills up, flips bits, and misdirects writes. Files are lists of pages, which are replaced
 * and never changed, so that keeping an older state costs nothing.
 */
public final class SimulatedFiles implements FileSystem {
  private static final int PAGE = 4096;
  private static final int SECTOR = 512;
  private static final byte[] ZEROS = new byte[PAGE];

  /** Pages that hold the headers of a file of the log; a write there is never misdirected. */
  private static final int HEADERS = 2;

  private static final int REMEMBERED = 16;

  private static final class Content {
    /** A page that is null is full of zeros. */
    final List<byte @Nullable []> pages = new ArrayList<>();

    final TreeMap<Integer, byte[]> unforced = new TreeMap<>();
    long size;
    long forcedSize;

    byte @Nullable [] page(int index) {
      byte[] page = unforced.get(index);
      return page != null ? page : index < pages.size() ? pages.get(index) : null;
    }

    void set(int index, byte @Nullable [] page) {
      while (pages.size() <= index) {
        pages.add(null);
      }
      pages.set(index, page);
    }
  }

  /** A write of whole pages: what it put there, and what was there before. */
  private record Write(
      Content file, int first, List<byte[]> after, List<byte @Nullable []> before) {}

  private final Set<Path> locked = new HashSet<>();

  /** The last writes to the log that were confirmed by a force, and those that are not yet. */
  private final List<Write> writes = new ArrayList<>();

  private final List<Write> unforcedWrites = new ArrayList<>();

  /** What the directory went through since it was last forced; a crash keeps a beginning of it. */
  private final List<Map<Path, Content>> unforcedNames = new ArrayList<>();

  private Map<Path, Content> names = new TreeMap<>();
  private Map<Path, Content> forcedNames = new TreeMap<>();
  private boolean full;
  private boolean failNextForce;

  /** So many steps are still done before the power fails; none if negative. */
  private int stepsLeft = -1;

  /** Fills the disk: until a crash or {@link #free}, no file grows and none is created. */
  public void fill() {
    full = true;
  }

  /** Frees space on the disk. */
  public void free() {
    full = false;
  }

  /** The next force of a file loses what was to be forced, and says so once, as Linux does. */
  public void failNextForce() {
    failNextForce = true;
  }

  /** After so many changes to files or names no other is done, until a crash. */
  public void cutPowerAfter(int steps) {
    stepsLeft = steps;
  }

  private void step() throws IOException {
    if (stepsLeft == 0) {
      throw new IOException("the power fails");
    }
    stepsLeft = Math.max(-1, stepsLeft - 1);
  }

  /** Another disk with the same files, all of them forced. */
  public SimulatedFiles copy() {
    SimulatedFiles copy = new SimulatedFiles();
    names.forEach(
        (path, file) -> {
          Content same = new Content();
          same.pages.addAll(file.pages);
          file.unforced.forEach(same::set);
          same.size = file.size;
          same.forcedSize = file.size;
          copy.names.put(path, same);
        });
    copy.forcedNames = new TreeMap<>(copy.names);
    return copy;
  }

  /** Everything is gone. */
  public void wipe() {
    names.clear();
    forcedNames.clear();
    unforcedNames.clear();
    writes.clear();
  }

  /**
   * The power is gone.
   *
   * @param clean nothing of what was not forced survives; else some of it may, in torn pages
   */
  public void crash(SplittableRandom random, boolean clean) {
    int kept = clean ? 0 : random.nextInt(unforcedNames.size() + 1);
    names = new TreeMap<>(kept == 0 ? forcedNames : unforcedNames.get(kept - 1));
    forcedNames = new TreeMap<>(names);
    unforcedNames.clear();
    unforcedWrites.clear();
    locked.clear();
    full = false;
    failNextForce = false;
    stepsLeft = -1;
    for (Content file : names.values()) {
      if (file.unforced.isEmpty() && file.size == file.forcedSize) {
        continue;
      }
      file.size = file.forcedSize;
      int mood = clean ? 2 : random.nextInt(3);
      file.unforced.forEach(
          (index, page) -> {
            byte[] old = index < file.pages.size() ? file.pages.get(index) : null;
            byte[] torn = old == null ? new byte[PAGE] : old.clone();
            for (int at = 0; at < PAGE; at += SECTOR) {
              if (mood == 0 || (mood == 1 && random.nextBoolean())) {
                System.arraycopy(page, at, torn, at, SECTOR);
                file.size = Math.max(file.size, (long) index * PAGE + at + SECTOR);
              }
            }
            if (mood < 2) {
              file.set(index, torn);
            }
          });
      file.forcedSize = file.size;
      file.unforced.clear();
    }
  }

  /** Flips a bit of a page that was written once; false if there is none. */
  public boolean rot(SplittableRandom random) {
    List<Content> files = new ArrayList<>(names.values());
    for (int attempt = 0; attempt < 100 && !files.isEmpty(); attempt++) {
      Content file = files.get(random.nextInt(files.size()));
      if (!file.pages.isEmpty()) {
        int index = random.nextInt(file.pages.size());
        byte[] page = file.pages.get(index);
        if (page != null) {
          byte[] rotten = page.clone();
          // What is written lies at the beginning of a page, mostly.
          int at = random.nextInt(random.nextBoolean() ? PAGE : 256);
          rotten[at] ^= (byte) (1 << random.nextInt(8));
          file.set(index, rotten);
          return true;
        }
      }
    }
    return false;
  }

  /**
   * A write that was confirmed some time ago went to another place. Never the last one: a disk that
   * forgets what it confirmed last cannot be told from one that was never asked.
   */
  public boolean misdirect(SplittableRandom random) {
    if (writes.size() < 2) {
      return false;
    }
    Write write = writes.get(random.nextInt(writes.size() - 1));
    Write last = writes.get(writes.size() - 1);
    if (write.first() < HEADERS || !names.containsValue(write.file())) {
      return false;
    }
    boolean changed = false;
    for (int i = 0; i < write.after().size(); i++) {
      int index = write.first() + i;
      if (write.file().page(index) == write.after().get(i)) {
        write.file().set(index, write.before().get(i));
        changed = true;
      }
    }
    int end = write.file() == last.file() ? last.first() : write.file().pages.size();
    int room = end - HEADERS - write.after().size();
    if (room > 0 && random.nextBoolean()) {
      int target = HEADERS + random.nextInt(room);
      for (int i = 0; i < write.after().size(); i++) {
        write.file().set(target + i, write.after().get(i));
      }
      changed = true;
    }
    return changed;
  }

  private Content content(Path path) throws NoSuchFileException {
    Content content = names.get(path);
    if (content == null) {
      throw new NoSuchFileException(path.toString());
    }
    return content;
  }

  private void namesChanged() {
    unforcedNames.add(new TreeMap<>(names));
  }

  private void needRoom() throws IOException {
    if (full) {
      throw new IOException("no room on the disk");
    }
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public List<String> list(Path directory) {
    return names.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .toList();
  }

  @Override
  public File open(Path path) throws IOException {
    return new Handle(content(path), isLog(path));
  }

  @Override
  public File create(Path path) throws IOException {
    step();
    needRoom();
    Content content = new Content();
    names.put(path, content);
    namesChanged();
    return new Handle(content, isLog(path));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step();
    names.put(to, content(from));
    names.remove(from);
    namesChanged();
  }

  @Override
  public void delete(Path path) throws IOException {
    step();
    content(path);
    names.remove(path);
    namesChanged();
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    step();
    forcedNames = new TreeMap<>(names);
    unforcedNames.clear();
  }

  @Override
  public long usableSpace(Path directory) {
    return full ? 0 : Long.MAX_VALUE;
  }

  @Override
  public @Nullable Closeable lock(Path path) {
    return locked.add(path) ? () -> locked.remove(path) : null;
  }

  /** Only the log's writes go astray: which one was its last must be known. */
  private static boolean isLog(Path path) {
    return path.toString().endsWith(".log");
  }

  private final class Handle implements File {
    private final Content content;
    private final boolean log;

    Handle(Content content, boolean log) {
      this.content = content;
      this.log = log;
    }

    @Override
    public long size() {
      return content.size;
    }

    @Override
    public int read(ByteBuffer into, long position) {
      int read = 0;
      while (into.hasRemaining() && position < content.size) {
        int offset = (int) (position % PAGE);
        int length =
            (int) Math.min(Math.min(PAGE - offset, into.remaining()), content.size - position);
        byte[] page = content.page((int) (position / PAGE));
        into.put(page == null ? ZEROS : page, offset, length);
        position += length;
        read += length;
      }
      return read;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      step();
      if (position + from.remaining() > content.size) {
        needRoom();
      }
      boolean wholePages = position % PAGE == 0 && from.remaining() % PAGE == 0;
      int first = (int) (position / PAGE);
      List<byte[]> after = new ArrayList<>();
      List<byte @Nullable []> before = new ArrayList<>();
      boolean nothing = true;
      while (from.hasRemaining()) {
        int index = (int) (position / PAGE);
        int offset = (int) (position % PAGE);
        int length = Math.min(PAGE - offset, from.remaining());
        byte[] old = content.page(index);
        byte[] page = old == null || length == PAGE ? new byte[PAGE] : old.clone();
        from.get(page, offset, length);
        position += length;
        content.size = Math.max(content.size, position);
        boolean zero = Arrays.equals(page, ZEROS);
        if (!zero || old != null) {
          content.unforced.put(index, page);
        }
        nothing &= zero;
        after.add(page);
        before.add(old);
      }
      if (log && wholePages && !nothing) {
        unforcedWrites.add(new Write(content, first, after, before));
      }
    }

    @Override
    public void force() throws IOException {
      step();
      if (failNextForce) {
        failNextForce = false;
        content.unforced.clear();
        content.size = content.forcedSize;
        throw new IOException("the disk does not answer");
      }
      for (Write write : unforcedWrites) {
        if (write.file() == content) {
          writes.add(write);
        }
      }
      unforcedWrites.removeIf(write -> write.file() == content);
      while (writes.size() > REMEMBERED) {
        writes.remove(0);
      }
      content.unforced.forEach(content::set);
      content.unforced.clear();
      content.forcedSize = content.size;
    }

    @Override
    public void close() {}
  }
}
