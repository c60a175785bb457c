package dev.synod.core.host;

import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;

/**
 * What a member writes to its log and says to other members.
 *
 * <p>The contract that safety rests on: what is passed to {@link #sendAfter} leaves only once every
 * record appended before the call is durable; if the member crashes first, it never leaves (I6).
 */
public interface Output {
  /** Appends the record to this member's log, behind all that were appended before. */
  void append(LogRecord record);

  /** Sends the message now. It may be lost, repeated, and overtaken. */
  void send(String member, Message message);

  /**
   * Sends the message once everything that this member has appended so far is durable. To the
   * member itself as well.
   */
  void sendAfter(String member, Message message);
}
