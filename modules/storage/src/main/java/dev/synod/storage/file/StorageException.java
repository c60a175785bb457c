package dev.synod.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a store cannot be opened or has stopped. The message names the cause and the remedy.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Kind of the failure. */
  public enum Kind {
    /** The directory cannot be created, read or written. */
    DIRECTORY_NOT_WRITABLE,
    /** Another store, in this process or another one, has opened the directory. */
    LOCKED,
    /**
     * The directory belongs to another group or member or is no directory of Synod; or its member
     * was excluded, because the directory is a copy or belongs to a fenced epoch.
     */
    WRONG_IDENTITY,
    /** Both copies of the identity, or the whole log, are damaged or missing. */
    DAMAGED,
    /** The directory holds a file that is not a file of a store. */
    UNKNOWN_FILE,
    /** Another version of Synod has written the files in an unknown format. */
    INCOMPATIBLE_FORMAT,
    /** The disk is full. */
    DISK_FULL,
    /** A read, write or force has failed. */
    IO
  }

  private final Kind kind;

  public StorageException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StorageException(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * Creates the exception for a failed read, write or force. It checks the available space, because
   * the operating systems report a full disk in different ways.
   *
   * @param doing failed operation, such as "cannot write"
   * @param needed number of bytes to be written, 0 if none were
   */
  public static StorageException io(
      String doing, Path path, long needed, FileSystem files, IOException cause) {
    long usable = Long.MAX_VALUE;
    Path directory = path.getParent();
    if (needed > 0 && directory != null) {
      try {
        usable = files.usableSpace(directory);
      } catch (IOException unknown) {
        cause.addSuppressed(unknown);
      }
    }
    if (usable < needed) {
      return diskFull(path, needed, usable, cause);
    }
    return new StorageException(
        Kind.IO,
        doing
            + " "
            + path
            + ": "
            + cause
            + "; the member stops permanently: check the disk, then start the member again",
        cause);
  }

  public static StorageException diskFull(
      Path path, long needed, long usable, @Nullable IOException cause) {
    return new StorageException(
        Kind.DISK_FULL,
        "the disk is full: "
            + path
            + " needs "
            + needed
            + " bytes, "
            + usable
            + " are available; free space on it, then start the member again",
        cause);
  }

  public Kind kind() {
    return kind;
  }
}
