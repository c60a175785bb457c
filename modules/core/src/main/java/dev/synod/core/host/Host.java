package dev.synod.core.host;

/**
 * The world of one member: its disk, the network, and its callers. In production the verticles are
 * it, in proofs the simulator. The roles of a member see the {@link Output} alone.
 */
public interface Host extends Output, Completions, MembershipEvents {
  /** The member's snapshots. */
  SnapshotFiles snapshots();

  /**
   * Reports an exception that a state machine threw for a command in that slot. The outcome of the
   * command names only the class of the exception, because the rest differs between members; the
   * host may log it.
   */
  default void threw(long slot, RuntimeException thrown) {}
}
