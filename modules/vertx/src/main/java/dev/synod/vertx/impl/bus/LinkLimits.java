package dev.synod.vertx.impl.bus;

/**
 * Limits of the messages in flight to one role of one member. Times are in milliseconds, sizes in
 * bytes.
 *
 * @param frameBytes size from which a batch is sent; a larger message is split into chunks of this
 *     size
 * @param frames maximum number of unacknowledged batches, which the operating system does not have
 *     yet
 * @param bytes maximum size of the unacknowledged batches
 * @param chunks maximum number of unacknowledged chunks, which bounds the delay of a heartbeat
 *     behind them
 * @param queuedBytes maximum size of the large messages that wait to be split; they wait by
 *     reference, and the leader holds them in memory anyway
 * @param messageBytes maximum size of a message
 * @param minBackOff first delay after a failed write
 * @param maxBackOff longest delay after a failed write
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

  /** The limits of a member. */
  public static final LinkLimits DEFAULT =
      new LinkLimits(64 * KIB, 256, 8 * MIB, 4, 32 * MIB, 32 * MIB, 20, 1_000);
}
