package dev.synod.vertx.impl.bus;

/**
 * How much may be under way to one role of one member. Times are in milliseconds.
 *
 * @param frameBytes a batch is sent once it has so many bytes; a larger message is cut into pieces
 *     of this size
 * @param frames batches that may be unanswered, that is: not yet with the operating system
 * @param bytes the same, in bytes
 * @param chunks pieces that may be unanswered; it bounds how long a heartbeat waits behind them
 * @param queuedBytes of large messages that may wait to be cut. They wait by reference, and the
 *     leader has them in memory anyway
 * @param messageBytes of the largest message sent or put together
 * @param minBackOff first wait after a failed write
 * @param maxBackOff longest wait
 */
public record LinkLimits(
    int frameBytes,
    int frames,
    long bytes,
    int chunks,
    long queuedBytes,
    int messageBytes,
    long minBackOff,
    long maxBackOff) {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** What a member uses. */
  public static final LinkLimits DEFAULT =
      new LinkLimits(64 * KIB, 256, 8 * MIB, 4, 32 * MIB, 32 * MIB, 20, 1_000);
}
