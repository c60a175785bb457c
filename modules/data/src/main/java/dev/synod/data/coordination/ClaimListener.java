package dev.synod.data.coordination;

import dev.synod.data.claim.ResourceKind;

/**
 * Receives what happens to claims, resources and latches, on the member's context after the last
 * command of a slot. An exception is logged and has no other effect.
 */
public interface ClaimListener {
  /** A claim that waited is granted. */
  default void granted(long claim, long token) {}

  /** A claim has ended by time: its wait, its lease or its session. */
  default void ended(long claim) {}

  /** The granted claims of a resource have changed. */
  default void changed(ResourceKind kind, String resource) {}

  /** The count of a latch has reached 0. */
  default void opened(String latch) {}

  /** A snapshot has replaced the state, so that some events were not told. */
  default void restored() {}
}
