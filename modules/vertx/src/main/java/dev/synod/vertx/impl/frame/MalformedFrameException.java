package dev.synod.vertx.impl.frame;

/** Thrown for malformed bytes from the network; it never leaves the decoding in this package. */
public final class MalformedFrameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedFrameException(String reason) {
    // Filling in a stack trace is expensive, and malformed frames must be cheap to reject.
    super(reason, null, false, false);
  }
}
