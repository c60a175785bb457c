package dev.synod.simulation.cluster;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message in flight, with the sender's data from its frame.
 *
 * @param from the machine that it comes from, whatever name it has
 * @param incarnation of the sender's store, when it was sent
 * @param epoch in which the sender lived then
 * @param to the only life that it may reach; null if any of the receiver's may
 */
record Envelope(
    SimulatedNode from,
    Incarnation incarnation,
    Epoch epoch,
    @Nullable Incarnation to,
    Message message) {
  /** Whether it is for that life. */
  boolean reaches(Incarnation receiver) {
    return to == null || to.equals(receiver);
  }
}
