package dev.synod.data.claim;

import org.jspecify.annotations.Nullable;

/** Kinds of resources. The same name denotes different resources of different kinds. */
public enum ResourceKind {
  /** One claim at a time. */
  LOCK(1, "lock"),

  /** Any number of readers, or one writer. */
  READ_WRITE_LOCK(2, "read-write lock"),

  /** A number of permits. */
  SEMAPHORE(3, "semaphore"),

  /** One leader at a time; the other claims are candidates. */
  ELECTION(4, "election");

  private final byte code;
  private final String text;

  ResourceKind(int code, String text) {
    this.code = (byte) code;
    this.text = text;
  }

  /** Returns the code of the kind in commands and snapshots. */
  public byte code() {
    return code;
  }

  /** Returns the kind of this code; null if there is none. */
  public static @Nullable ResourceKind of(byte code) {
    for (ResourceKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return text;
  }
}
