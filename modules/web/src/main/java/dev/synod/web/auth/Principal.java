package dev.synod.web.auth;

/**
 * An authenticated caller. Its permissions may change while its connection is open, so they are
 * evaluated at each use. Every method must return without blocking. Thread-safe.
 */
public interface Principal {
  /** Returns the name of the caller, by which requests are counted. */
  String name();

  /** Tells whether the caller currently has the permission for a map. */
  boolean may(Permission permission, String map);

  /** Tells whether the caller may currently perform operations on the whole group. */
  boolean mayOperate();

  /** Tells whether the caller's credentials are still valid. */
  boolean isAdmitted();

  /**
   * Returns the time at which the caller's credentials expire, in milliseconds since 1970; {@link
   * Long#MAX_VALUE} if they do not expire.
   */
  long until();
}
