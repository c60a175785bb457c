package dev.synod.core.member;

import dev.synod.core.host.Output;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Effects;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Passes what the roles of a member write and send to its host. Only messages of a member to itself
 * stay here, by reference, until its turn ends.
 */
abstract class HostEffects implements Effects {
  private final String self;
  private final Output host;

  /** Messages of this member to itself, handled before the turn ends. */
  private final ArrayDeque<Message> own = new ArrayDeque<>();

  HostEffects(String self, Output host) {
    this.self = self;
    this.host = host;
  }

  /** Removes and returns the next message of this member to itself; null if there is none. */
  final @Nullable Message nextOwn() {
    return own.poll();
  }

  /** Tells whether there is a message of this member to itself. */
  final boolean hasOwn() {
    return !own.isEmpty();
  }

  @Override
  public void append(LogRecord record) {
    host.append(record);
  }

  @Override
  public void send(String member, Message message) {
    if (member.equals(self)) {
      own.add(message);
    } else {
      host.send(member, message);
    }
  }

  @Override
  public void sendAfter(String member, Message message) {
    host.sendAfter(member, message);
  }
}
