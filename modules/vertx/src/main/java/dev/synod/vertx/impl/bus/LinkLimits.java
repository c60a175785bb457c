package dev.synod.vertx.impl.bus;

import dev.synod.core.message.Value;

/**
 * Limits of the messages in flight to one role of one member. Times are in milliseconds, sizes in
 * bytes. The size of a message follows from that of a value, {@link Value#MAX_BLOCK}, so that every
 * value that a leader accepts can be sent and reassembled.
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

  /**
   * Maximum size of a message besides its largest value: ballot, slots, and names of members and
   * groups.
   */
  private static final int MESSAGE_OVERHEAD = 4 * KIB;

  private static final int MESSAGE_BYTES = Value.MAX_BLOCK + MESSAGE_OVERHEAD;

  /** The limits of a member. */
  public static final LinkLimits DEFAULT =
      new LinkLimits(64 * KIB, 256, 8 * MIB, 4, 2L * MESSAGE_BYTES, MESSAGE_BYTES, 20, 1_000);
}
