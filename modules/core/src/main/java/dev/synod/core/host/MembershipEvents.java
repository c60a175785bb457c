package dev.synod.core.host;

import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import java.util.List;

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

  /**
   * This member is new and was to found a group, but that member has, or founds, another one. It is
   * to be stopped. The log is unchanged, so the member may start again with other options.
   *
   * @param differences options that differ, each as {@code option: value here, value there}; or the
   *     reason why the founding cannot end
   */
  void unfounded(String member, List<String> differences);

  /**
   * What speaks under that member's name is not listened to, and was told why.
   *
   * @param differences options that differ, if the reason is {@link ExclusionReason#ANOTHER_BIRTH}
   */
  void refused(String member, ExclusionReason why, List<String> differences);
}
