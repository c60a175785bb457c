package dev.synod.core.host;

import dev.synod.core.Outcome;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;

/**
 * The world of one member: its disk, the network, and its callers. In production the verticles are
 * it, in proofs the simulator.
 *
 * <p>The contract that safety rests on: what is passed to {@link #sendAfter} leaves only once every
 * record appended before the call is durable; if the member crashes first, it never leaves (I6).
 */
public interface Host {
  /** Appends the record to this member's log, behind all that were appended before. */
  void append(LogRecord record);

  /** Sends the message now. It may be lost, repeated, and overtaken. */
  void send(String member, Message message);

  /**
   * Sends the message once everything that this member has appended so far is durable. To the
   * member itself as well.
   */
  void sendAfter(String member, Message message);

  /** A command of this member's session came to its end. */
  void complete(long sequence, Outcome outcome);

  /** A change of configuration that this member was asked for came to its end. */
  void completeChange(long number, Outcome outcome);

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

  /** The reads of these numbers, the last one included, may be done now, or have failed. */
  void completeReads(long first, long last, Outcome outcome);

  /** The member's snapshots. */
  SnapshotFiles snapshots();
}
