package dev.synod.vertx.impl.bus;

/**
 * Counters of the messages to one role of one member, or to all, since the start.
 *
 * @param frames frames passed to the event bus
 * @param messages messages in these frames
 * @param chunks frames that were chunks of a large message
 * @param failedWrites frames that the event bus could not transmit
 * @param droppedAtWindow messages dropped because too many were unacknowledged
 * @param droppedInBackOff messages dropped because a write failed recently
 * @param droppedTooLarge messages dropped because they exceed the maximum size
 * @param droppedRepeats large messages dropped because an equal one was still waiting
 */
public record LinkStats(
    long frames,
    long messages,
    long chunks,
    long failedWrites,
    long droppedAtWindow,
    long droppedInBackOff,
    long droppedTooLarge,
    long droppedRepeats) {
  static final LinkStats NONE = new LinkStats(0, 0, 0, 0, 0, 0, 0, 0);

  /** Returns the sum of both counters. */
  LinkStats plus(LinkStats other) {
    return new LinkStats(
        frames + other.frames,
        messages + other.messages,
        chunks + other.chunks,
        failedWrites + other.failedWrites,
        droppedAtWindow + other.droppedAtWindow,
        droppedInBackOff + other.droppedInBackOff,
        droppedTooLarge + other.droppedTooLarge,
        droppedRepeats + other.droppedRepeats);
  }
}
