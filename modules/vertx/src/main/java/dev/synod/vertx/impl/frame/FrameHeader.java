package dev.synod.vertx.impl.frame;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;

/**
 * The sender of a frame.
 *
 * @param group group of the sender
 * @param member name of the sender
 * @param incarnation incarnation of the sender's store, because two processes may use the same name
 * @param epoch epoch of the sender
 */
public record FrameHeader(String group, String member, Incarnation incarnation, Epoch epoch) {
  public FrameHeader {
    Names.check(group);
    Names.check(member);
  }

  public FrameHeader in(Epoch other) {
    return new FrameHeader(group, member, incarnation, other);
  }
}
