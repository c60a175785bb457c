package dev.synod.web.auth;

/** A permission for a map; each permission includes the preceding ones. */
public enum Permission {
  /** Permission to read and watch the map. */
  READ,
  /** Permission to write and remove entries. */
  WRITE,
  /**
   * Permission, with the pattern {@code *}, for operations on the whole group, such as stopping a
   * member.
   */
  ADMIN;

  /** Tells whether this permission includes the other one. */
  public boolean includes(Permission other) {
    return compareTo(other) >= 0;
  }
}
