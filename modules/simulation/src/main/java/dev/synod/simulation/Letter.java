package dev.synod.simulation;

import dev.synod.core.Epoch;
import dev.synod.core.Life;
import dev.synod.core.Message;

/**
 * A message on its way, with what its frame says of the sender.
 *
 * @param from the machine that it comes from, whatever name it has
 * @param life of the sender's store, when it was sent
 * @param epoch in which the sender lived then
 */
record Letter(Node from, Life life, Epoch epoch, Message message) {}
