package dev.synod.core.host;

import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;

/** Learns that a member is over, and which senders a member does not listen to. */
public interface MembershipEvents {
  /**
   * This member has left the group, and has appended {@link LogRecord.Left}: once that is durable
   * it is to be stopped, and never started again.
   */
  void left();

  /**
   * This member was told that it may not take part under its name, and has appended this record:
   * once that is durable it is to be stopped, and never started again from the same store.
   */
  void barred(LogRecord.Excluded record);

  /** What speaks under that member's name is not listened to, and was told why. */
  void refused(String member, ExclusionReason why);
}
