package dev.synod.storage.log;

import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.file.StorageException.Kind;
import dev.synod.storage.identity.Identity;
import dev.synod.storage.snapshot.SnapshotDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member's data directory, protected by a lock: its identity and its segments. */
final class DataDirectory implements Closeable {
  private static final Logger logger = LoggerFactory.getLogger(DataDirectory.class);

  private static final Set<String> IDENTITY_FILES =
      Set.of(Identity.FILE, Identity.UNFINISHED, Identity.LOCK, Identity.FOUND);

  private final StoreOptions options;
  private final FileSystem files;
  private final Path path;
  private final Closeable lock;

  private DataDirectory(StoreOptions options, Path path, Closeable lock) {
    this.options = options;
    this.files = options.files();
    this.path = path;
    this.lock = lock;
  }

  /**
   * Locks the directory, and creates it if it is absent.
   *
   * @throws StorageException if the directory belongs to another member, is in use, or cannot be
   *     written
   */
  static DataDirectory lock(StoreOptions options) {
    FileSystem files = options.files();
    Path directory = Objects.requireNonNull(options.directory(), "directory");
    Closeable lock;
    try {
      files.createDirectories(directory);
      isIn(directory, files.list(directory));
      lock = files.lock(directory.resolve(Identity.LOCK));
    } catch (IOException e) {
      throw new StorageException(
          Kind.DIRECTORY_NOT_WRITABLE,
          "the data directory "
              + directory
              + " cannot be created or written: "
              + e
              + "; make it writable for this process, or use another one",
          e);
    }
    if (lock == null) {
      throw new StorageException(
          Kind.LOCKED,
          "the data directory "
              + directory
              + " is in use by another running member; stop that member, or use another directory");
    }
    return new DataDirectory(options, directory, lock);
  }

  Path path() {
    return path;
  }

  List<String> names() throws IOException {
    return files.list(path);
  }

  /**
   * Refuses a directory with other contents than a store.
   *
   * @return whether the directory contains a store
   */
  private static boolean isIn(Path directory, List<String> names) {
    if (names.contains(Identity.FILE)) {
      names.forEach(name -> understood(directory, name));
      return true;
    }
    // An interrupted creation leaves these files and the first segment.
    boolean unfinished = names.contains(Identity.UNFINISHED);
    for (String name : names) {
      boolean harmless =
          name.equals(Identity.LOCK)
              || name.equals(Identity.FOUND)
              || (unfinished && isUnfinishedCreation(name));
      if (!harmless) {
        throw new StorageException(
            Segment.number(name) > 0 ? Kind.DAMAGED : Kind.WRONG_IDENTITY,
            directory
                + " holds "
                + name
                + " but no file "
                + Identity.FILE
                + ", so it is not the store of a member; give the member an empty directory, or its"
                + " own");
      }
    }
    return false;
  }

  /**
   * Refuses a file that no version of the store with this format writes. A segment under a name
   * that is not understood would be left out of the recovered log, and its promises with it.
   */
  private static void understood(Path directory, String name) {
    boolean known =
        IDENTITY_FILES.contains(name)
            || Segment.number(name) > 0
            || SegmentFiles.isName(name)
            || SnapshotDirectory.isName(name);
    if (!known) {
      throw new StorageException(
          Kind.UNKNOWN_FILE,
          "the data directory "
              + directory
              + " holds the file "
              + name
              + ", which is not a file of a store; if it is a segment of the log under a wrong name,"
              + " give the segment its right name (12 digits 0 to 9 and .log), else move the file out"
              + " of the directory");
    }
  }

  /** Tells whether an interrupted creation leaves a file of this name. */
  private static boolean isUnfinishedCreation(String name) {
    return name.equals(Identity.UNFINISHED) || name.startsWith(Segment.name(1));
  }

  /** Returns the identity of the directory; an empty directory becomes a new store. */
  Identity identity(SegmentFiles segmentFiles, Supplier<UUID> storeIds) throws IOException {
    return isIn(path, names()) ? known() : create(segmentFiles, storeIds.get());
  }

  /** Durably records another opening of the store with its token. */
  Identity opened(Identity identity, long token) throws IOException {
    Identity again = identity.openedAgain(token);
    again.rewrite(files, path);
    return again;
  }

  private Identity known() throws IOException {
    Identity found = Identity.read(files, path);
    if (!found.group().equals(options.group()) || !found.member().equals(options.member())) {
      throw new StorageException(
          Kind.WRONG_IDENTITY,
          path
              + " belongs to group "
              + found.group()
              + ", member "
              + found.member()
              + ", not to group "
              + options.group()
              + ", member "
              + options.member()
              + "; give each member a directory of its own");
    }
    return found;
  }

  private Identity create(SegmentFiles segmentFiles, UUID storeId) throws IOException {
    for (String name : names()) {
      if (isUnfinishedCreation(name)) {
        files.delete(path.resolve(name));
      }
    }
    Identity created = new Identity(options.group(), options.member(), storeId, 0, List.of());
    created.write(files, path);
    segmentFiles.make(1);
    Identity.publish(files, path);
    return created;
  }

  /** Returns the segments of the log in rising order of their numbers, at least one. */
  List<Segment> segments() throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (String name : names()) {
      long number = Segment.number(name);
      if (number > 0) {
        segments.add(new Segment(number, path.resolve(name)));
      }
    }
    if (segments.isEmpty()) {
      throw new StorageException(
          Kind.DAMAGED,
          path
              + " of group "
              + options.group()
              + ", member "
              + options.member()
              + " has lost its log: no segment is left. Its promises are lost: replace the member"
              + " by a new one under a new name");
    }
    segments.sort(Segment.BY_NUMBER);
    return segments;
  }

  /** Releases the lock. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      logger.warn("{}: cannot release the lock: {}", path, e.toString());
    }
  }
}
