package dev.synod.data.coordination;

/** Receives what becomes of one claim, on the member's context. */
public interface ClaimOwner {
  /** Reason for which a claim has ended. */
  enum End {
    /** The claim was not granted at once, or not within its wait. */
    NOT_GRANTED,

    /** The lease of the claim has ended, or its session, before or after it was granted. */
    LOST
  }

  /** The claim is granted with this fencing token. */
  void granted(long token);

  /** The claim has ended without a request of its owner. */
  void ended(End reason);

  /** The claim could not be made, or the member has ended. */
  void failed(Throwable cause);
}
