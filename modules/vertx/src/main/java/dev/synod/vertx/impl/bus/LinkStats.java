package dev.synod.vertx.impl.bus;

/**
 * What was sent to one role of one member, or to all, and what was not. All of it is counted from
 * the start.
 *
 * @param frames handed to the event bus
 * @param messages in them
 * @param chunks those of the frames that were pieces of a large message
 * @param failedWrites frames that the event bus could not hand on
 * @param droppedAtWindow messages dropped because too much was unanswered
 * @param droppedInBackOff messages dropped because the last write failed not long ago
 * @param droppedTooLarge messages dropped because no receiver would take one so large
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

  /** Both together. */
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
