package dev.synod.core.member;

import dev.synod.core.Outcome;
import dev.synod.core.host.Host;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Effects;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a member's roles: it passes them to the host, except messages of the member to
 * itself, which stay here until the turn ends.
 */
abstract class HostEffects implements Effects {
  private final String self;
  private final Host host;

  /** Messages of this member to itself, handled before the turn ends. */
  private final ArrayDeque<Message> own = new ArrayDeque<>();

  HostEffects(String self, Host host) {
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

  @Override
  public void complete(long sequence, Outcome outcome) {
    host.complete(sequence, outcome);
  }

  @Override
  public void completeReads(long first, long last, Outcome outcome) {
    host.completeReads(first, last, outcome);
  }

  @Override
  public void completeChange(long number, Outcome outcome) {
    host.completeChange(number, outcome);
  }

  @Override
  public void left() {
    host.left();
  }

  @Override
  public void barred(LogRecord.Excluded record) {
    host.barred(record);
  }

  @Override
  public void refused(String member, ExclusionReason why) {
    host.refused(member, why);
  }

  @Override
  public SnapshotFiles snapshots() {
    return host.snapshots();
  }
}
