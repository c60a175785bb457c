package dev.synod.vertx.impl.bus;

/** Bytes from the network are not what they should be; never leaves this package's decoding. */
final class MalformedFrameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedFrameException(String reason) {
    // No stack trace: whoever sends rubbish must not make us walk the stack for it.
    super(reason, null, false, false);
  }
}
