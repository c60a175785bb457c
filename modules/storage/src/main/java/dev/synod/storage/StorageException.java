package dev.synod.storage;

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
    /** The directory belongs to another group or member, or to something that is not Synod. */
    WRONG_IDENTITY,
    /** Both copies of the identity, or the whole log, are damaged or gone. */
    DAMAGED,
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

  public Kind kind() {
    return kind;
  }
}
