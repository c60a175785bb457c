package dev.synod.vertx.impl.bus;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;

/**
 * Who speaks.
 *
 * @param group the group
 * @param member its member
 * @param incarnation of the store the member's promises lie in; a name is not enough, for two
 *     processes may have the same one
 * @param epoch which history of the group the member lives in
 */
public record FrameHeader(String group, String member, Incarnation incarnation, Epoch epoch) {
  public FrameHeader {
    Names.check(group);
    Names.check(member);
  }

  FrameHeader in(Epoch other) {
    return new FrameHeader(group, member, incarnation, other);
  }
}
