package dev.synod.web.auth;

/** What somebody may do with a map; each includes those before it. */
public enum Permission {
  /** Read and watch. */
  READ,
  /** Write and remove. */
  WRITE,
  /** With the pattern {@code *}: what concerns the whole group, such as to stop a member. */
  ADMIN;

  /** Whether who has this may do that. */
  public boolean includes(Permission other) {
    return compareTo(other) >= 0;
  }
}
