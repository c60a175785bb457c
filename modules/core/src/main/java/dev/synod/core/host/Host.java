package dev.synod.core.host;

/**
 * The world of one member: its disk, the network, and its callers. In production the verticles are
 * it, in proofs the simulator. The roles of a member see the {@link Output} alone.
 */
public interface Host extends Output, Completions, MembershipEvents {
  /** The member's snapshots. */
  SnapshotFiles snapshots();
}
