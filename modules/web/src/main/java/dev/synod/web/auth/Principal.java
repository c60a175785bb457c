package dev.synod.web.auth;

/**
 * Somebody who was let in. What he may do can change while he is here, so it is asked each time; he
 * must answer at once. Safe on all threads.
 */
public interface Principal {
  /** Who it is; requests are counted by this name. */
  String name();

  /** Whether he may do that with the map of this name, now. */
  boolean may(Permission permission, String map);

  /** Whether he may do what concerns the whole group, now. */
  boolean mayOperate();

  /** Whether he would still be let in with what he has shown. */
  boolean isAdmitted();

  /** When that ends in any case, in milliseconds since 1970; {@link Long#MAX_VALUE}: never. */
  long until();
}
