package dev.synod.storage;

import dev.synod.storage.file.FileSystem;
import dev.synod.storage.log.Logs;
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
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that does what disks do: loses what was not forced, tears writes, rots, writes
 * to the wrong place, fills up, fails to force, and loses its power in the middle of everything.
 */
public final class FaultyFileSystem implements FileSystem {
  private static final int SECTOR = 512;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Write(int position, byte[] bytes) {}

  private static final class Node {
    byte[] bytes = {};
    byte[] synced = {};
    List<Write> unsynced = new ArrayList<>();

    Node copy() {
      Node copy = new Node();
      copy.bytes = bytes.clone();
      copy.synced = synced.clone();
      copy.unsynced = new ArrayList<>(unsynced);
      return copy;
    }
  }

  private Map<Path, Node> names = new TreeMap<>();
  private Map<Path, Node> syncedNames = new TreeMap<>();

  /** What the directory went through since it was last forced; a crash keeps a beginning of it. */
  private final List<Map<Path, Node>> unsyncedNames = new ArrayList<>();

  private final Set<Path> locked = new HashSet<>();
  private long capacity = Long.MAX_VALUE;
  private int refusals;
  private boolean readOnly;
  private int operations;
  private int crashAt = Integer.MAX_VALUE;
  private int forces;
  private int failForceAt = Integer.MAX_VALUE;
  private int writes;
  private int misdirectAt = Integer.MAX_VALUE;
  private long misdirectBy;

  /** Runs in each force, before it takes effect. */
  private @Nullable Runnable beforeForce;

  /** The power is gone: no operation works any more. */
  public static final class PowerCut extends IOException {
    private static final long serialVersionUID = 1;

    PowerCut() {
      super("the power is gone");
    }
  }

  public synchronized FaultyFileSystem copy() {
    FaultyFileSystem copy = new FaultyFileSystem();
    names.forEach((path, node) -> copy.names.put(path, node.copy()));
    copy.syncedNames = new TreeMap<>(copy.names);
    return copy;
  }

  /** What the disk holds when the power comes back. */
  public synchronized FaultyFileSystem afterPowerCut(Random random) {
    Map<Path, Node> survivors = new TreeMap<>(syncedNames);
    if (!unsyncedNames.isEmpty()) {
      int kept = random.nextInt(unsyncedNames.size() + 1);
      if (kept > 0) {
        survivors = unsyncedNames.get(kept - 1);
      }
    }
    FaultyFileSystem after = new FaultyFileSystem();
    survivors.forEach((path, node) -> after.names.put(path, survivor(node, random)));
    after.syncedNames = new TreeMap<>(after.names);
    return after;
  }

  private static Node survivor(Node node, Random random) {
    Node after = new Node();
    after.bytes = node.synced.clone();
    int mood = random.nextInt(3);
    for (Write write : node.unsynced) {
      for (int at = 0; at < write.bytes.length; at += SECTOR) {
        boolean survives = mood == 0 || (mood == 1 && random.nextBoolean());
        if (survives) {
          int length = Math.min(SECTOR, write.bytes.length - at);
          after.bytes = put(after.bytes, write.position + at, write.bytes, at, length);
        }
      }
    }
    after.synced = after.bytes.clone();
    return after;
  }

  public void crashAt(int operation) {
    crashAt = operation;
  }

  public int operations() {
    return operations;
  }

  public int forces() {
    return forces;
  }

  public void failForceAt(int force) {
    failForceAt = force;
  }

  public void misdirectWrite(int write, long by) {
    misdirectAt = write;
    misdirectBy = by;
  }

  public int writes() {
    return writes;
  }

  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /** Returns the number of times that there was no space for another segment. */
  public synchronized int refusals() {
    return refusals;
  }

  void readOnly() {
    readOnly = true;
  }

  synchronized void beforeForce(Runnable action) {
    beforeForce = action;
  }

  public synchronized Set<Path> paths() {
    return new HashSet<>(names.keySet());
  }

  public synchronized byte[] bytes(Path path) {
    Node node = names.get(path);
    return node == null ? new byte[0] : node.bytes;
  }

  /** Makes a file, whole and durable. */
  synchronized void put(Path path, byte[] bytes) {
    Node node = new Node();
    node.bytes = bytes.clone();
    node.synced = bytes.clone();
    names.put(path, node);
    syncedNames.put(path, node);
  }

  public void flip(Path path, int offset, int mask) {
    bytes(path)[offset] ^= (byte) mask;
  }

  public void cut(Path path, int length) {
    put(path, Arrays.copyOf(bytes(path), length));
  }

  public synchronized void remove(Path path) {
    names.remove(path);
    syncedNames.remove(path);
  }

  private void change() throws IOException {
    if (readOnly) {
      throw new IOException("read-only file system");
    }
    operations++;
    if (operations >= crashAt) {
      throw new PowerCut();
    }
  }

  private void namesChanged() {
    unsyncedNames.add(new TreeMap<>(names));
  }

  private Node node(Path path) throws NoSuchFileException {
    Node node = names.get(path);
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private static byte[] put(byte[] bytes, int position, byte[] from, int offset, int length) {
    byte[] to = bytes.length < position + length ? Arrays.copyOf(bytes, position + length) : bytes;
    System.arraycopy(from, offset, to, position, length);
    return to;
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    if (readOnly) {
      throw new IOException("read-only file system");
    }
  }

  @Override
  public synchronized List<String> list(Path directory) {
    return names.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .toList();
  }

  @Override
  public synchronized File open(Path path) throws IOException {
    return new Handle(node(path));
  }

  @Override
  public synchronized File create(Path path) throws IOException {
    change();
    Node node = new Node();
    names.put(path, node);
    namesChanged();
    return new Handle(node);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    change();
    names.put(to, node(from));
    names.remove(from);
    namesChanged();
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    change();
    node(path);
    names.remove(path);
    namesChanged();
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    change();
    syncedNames = new TreeMap<>(names);
    unsyncedNames.clear();
  }

  @Override
  public synchronized long usableSpace(Path directory) {
    refusals += free() < Logs.SEGMENT ? 1 : 0;
    return free();
  }

  private long free() {
    return capacity - names.values().stream().mapToLong(node -> node.bytes.length).sum();
  }

  @Override
  public synchronized @Nullable Closeable lock(Path path) throws IOException {
    if (readOnly) {
      throw new IOException("read-only file system");
    }
    return locked.add(path) ? () -> locked.remove(path) : null;
  }

  private final class Handle implements File {
    private final Node node;
    private boolean closed;

    Handle(Node node) {
      this.node = node;
    }

    private void checkOpen() throws IOException {
      if (closed) {
        throw new IOException("the file is closed");
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (FaultyFileSystem.this) {
        checkOpen();
        return node.bytes.length;
      }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      synchronized (FaultyFileSystem.this) {
        checkOpen();
        int length = (int) Math.min(into.remaining(), node.bytes.length - position);
        if (length <= 0) {
          return 0;
        }
        into.put(node.bytes, (int) position, length);
        return length;
      }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      synchronized (FaultyFileSystem.this) {
        checkOpen();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        writes++;
        int at = (int) (writes == misdirectAt ? position + misdirectBy : position);
        long growth = Math.max(0, at + bytes.length - node.bytes.length);
        if (growth > free()) {
          throw new IOException("no room");
        }
        node.unsynced.add(new Write(at, bytes));
        change();
        node.bytes = put(node.bytes, at, bytes, 0, bytes.length);
      }
    }

    @Override
    public void force() throws IOException {
      Runnable action;
      synchronized (FaultyFileSystem.this) {
        action = beforeForce;
      }
      if (action != null) {
        action.run();
      }
      synchronized (FaultyFileSystem.this) {
        checkOpen();
        change();
        forces++;
        if (forces == failForceAt) {
          // As Linux does it: what could not be written is forgotten, and the next force succeeds.
          node.unsynced.clear();
          throw new IOException("the disk does not answer");
        }
        node.synced = node.bytes.clone();
        node.unsynced.clear();
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
