package dev.synod.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A store cannot be opened, or has stopped. The message says what was wrong and what to do. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was wrong. */
  public enum Kind {
    /** The directory cannot be made, read or written. */
    DIRECTORY_NOT_WRITABLE,
    /** Another store, in this process or another one, has the directory open. */
    LOCKED,
    /**
     * The directory belongs to another group or member, or to something that is not Synod; or it
     * may not take part any more, being a copy, or of an epoch that was fenced off.
     */
    WRONG_IDENTITY,
    /** Both copies of the identity, or the whole log, are damaged or gone. */
    DAMAGED,
    /** The directory holds a file that is not a file of a store. */
    UNKNOWN_FILE,
    /** Written by a version of Synod that this one does not understand. */
    INCOMPATIBLE_FORMAT,
    /** The disk has not enough room. */
    DISK_FULL,
    /** The disk failed to read, to write or to force. */
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
   * The exception for a failed read, write or force. Takes a look at the room that is left, since
   * no two systems say in the same words that the disk is full.
   *
   * @param doing what failed, as in "cannot write to"
   * @param needed bytes that were to be written, 0 if none were
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
            + "; the member stops for good: check the disk, then start it again",
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
            + " are available; free some, then start the member again",
        cause);
  }

  public Kind kind() {
    return kind;
  }
}
