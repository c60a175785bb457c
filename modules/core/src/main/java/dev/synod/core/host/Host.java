package dev.synod.core.host;

import dev.synod.core.Outcome;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;

/**
 * The environment of one member: its disk, the network and its callers. Verticles implement it in
 * production, the simulator in tests.
 *
 * <p>Safety rests on one contract: a message passed to {@link #sendAfter} leaves only after every
 * record appended before the call is durable; if the member crashes earlier, the message never
 * leaves (I6).
 */
public interface Host {
  /** Appends a record to this member's log. */
  void append(LogRecord record);

  /** Sends a message immediately. The network may lose, duplicate or reorder it. */
  void send(String member, Message message);

  /**
   * Sends a message after every record appended so far is durable, also if the receiver is this
   * member.
   */
  void sendAfter(String member, Message message);

  /** Completes a command of this member's session. */
  void complete(long sequence, Outcome outcome);

  /** Completes a change of the configuration that this member requested. */
  void completeChange(long number, Outcome outcome);

  /**
   * Reports that this member has left the group and has appended {@link LogRecord.Left}. Once the
   * record is durable, the host stops the member, which never starts again.
   */
  void left();

  /**
   * Reports that this member was excluded under its name and has appended the given record. Once
   * the record is durable, the host stops the member, which never starts again from the same store.
   */
  void barred(LogRecord.Excluded record);

  /** Reports that messages under a member's name are refused; their sender was told the reason. */
  void refused(String member, ExclusionReason why);

  /**
   * Completes the reads with the numbers {@code first} to {@code last}, both inclusive: they may be
   * answered now, or they have failed.
   */
  void completeReads(long first, long last, Outcome outcome);

  /** Returns the snapshots of this member. */
  SnapshotFiles snapshots();
}
