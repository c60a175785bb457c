package dev.synod.data.claim;

/** Receives what happens to claims and resources while a slot is applied. */
public interface ClaimEvents {
  /** A claim that waited is granted. */
  void granted(long claim, long token);

  /**
   * A claim has ended without a request of its claimant: its wait was too long, its lease has
   * ended, or its session.
   */
  void ended(long claim);

  /** The granted claims of a resource have changed. */
  void changed(ResourceKind kind, String resource);
}
