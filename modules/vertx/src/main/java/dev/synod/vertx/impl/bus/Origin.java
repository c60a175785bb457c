package dev.synod.vertx.impl.bus;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Life;

/**
 * Who speaks.
 *
 * @param group the group
 * @param member its member
 * @param life of the store the member's promises lie in; a name is not enough, for two processes
 *     may have the same one
 * @param epoch which history of the group the member lives in
 */
public record Origin(String group, String member, Life life, Epoch epoch) {
  public Origin {
    Names.check(group);
    Names.check(member);
  }

  Origin in(Epoch other) {
    return new Origin(group, member, life, other);
  }
}
