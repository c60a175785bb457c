package dev.synod.simulation.cluster;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Life;
import dev.synod.core.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way, with what its frame says of the sender.
 *
 * @param from the machine that it comes from, whatever name it has
 * @param life of the sender's store, when it was sent
 * @param epoch in which the sender lived then
 * @param to the only life that it may reach; null if any of the receiver's may
 */
record Letter(Node from, Life life, Epoch epoch, @Nullable Life to, Message message) {
  /** Whether it is for that life. */
  boolean reaches(Life receiver) {
    return to == null || to.equals(receiver);
  }
}
