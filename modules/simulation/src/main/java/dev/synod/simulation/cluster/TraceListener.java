package dev.synod.simulation.cluster;

import dev.synod.core.host.Recovered;
import dev.synod.core.member.Member;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;

/** Observes each call of the members to their host without changing the run. */
public interface TraceListener {
  /** A listener that ignores every event. */
  TraceListener NOBODY = new TraceListener() {};

  /** A member runs, and has found this. */
  default void started(String name, Recovered recovered, Member member) {}

  /** A message arrives, and is about to be handled. */
  default void receives(String name, String from, Message message) {}

  /** A record was appended. */
  default void appended(String name, LogRecord record, Member member) {}

  /** So many records became durable. */
  default void forced(String name, long records) {}

  /** A message is to leave once all that was appended is durable. */
  default void deferred(String name, Message message, Member member) {}

  /** A deferred message leaves. */
  default void left(String name, Message message) {}

  /** A message leaves that need not wait. */
  default void sent(String name, Message message, Member member) {}

  /** A turn has ended. */
  default void turned(String name, Member member) {}
}
