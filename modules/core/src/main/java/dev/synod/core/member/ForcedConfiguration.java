package dev.synod.core.member;

import dev.synod.core.CommandRejected;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.Learner;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The one unsafe step: a member takes what its own log holds for all that was decided, and itself
 * for the whole group, though no quorum was asked. For a group whose quorums are lost for ever.
 *
 * <p>It is written as slots that are known chosen, like everything else: what the member had
 * accepted, a change to a configuration of this member alone, and the no-ops until that is in use.
 * So the log tells what was done, and who learns from it comes to the same. It begins an {@link
 * Epoch}: all others live in the one before, are not listened to, and are told so. No time passes
 * by it: the sessions' time starts over when the member leads.
 */
final class ForcedConfiguration {
  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Learner learner;
  private final PeerIdentities peerIdentities;
  private final Ballot ballot;
  private final Effects out;

  /**
   * @param ballot one of this member's that it never used
   */
  ForcedConfiguration(
      MemberContext context,
      Learner learner,
      PeerIdentities peerIdentities,
      Ballot ballot,
      Effects out) {
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.learner = learner;
    this.peerIdentities = peerIdentities;
    this.ballot = ballot;
    this.out = out;
  }

  /**
   * Why it cannot be done, in words that go behind the member's name; empty if it can. A name is
   * used once (section Reconfiguration of the design), so whoever is removed, or may be, cannot be
   * all that is left.
   */
  String obstacle() {
    if (!configurations.isInitialized()) {
      return "has not joined its group yet, so it knows nothing";
    }
    Configuration pending = configurations.pending();
    if (!configurations.current().members().contains(self)
        || (pending != null && !pending.members().contains(self))) {
      return "was removed from its group: force the configuration at one that was not";
    }
    for (long slot = log.chosen() + 1; slot <= log.last(); slot++) {
      Entry accepted = log.get(slot);
      if (accepted != null && removesSelf(accepted.value())) {
        return "has accepted a change at slot "
            + slot
            + " that removes it, and may be decided: force the configuration at a member that"
            + " stays";
      }
    }
    return "";
  }

  private boolean removesSelf(Value value) {
    boolean[] removes = {false};
    value.forEach(
        (session, sequence, acknowledged, payload) -> {
          if (session == GroupCommand.NO_SESSION) {
            removes[0] |= isWithoutSelf(payload);
          }
        });
    return removes[0];
  }

  private boolean isWithoutSelf(ByteBuffer payload) {
    try {
      return GroupCommand.read(payload) instanceof GroupCommand.ChangeConfiguration change
          && !change.next().members().contains(self);
    } catch (CommandRejected malformed) {
      return false; // It will have no effect.
    }
  }

  /** Does it; the records are to be made durable before the member is started. */
  Configuration make() {
    // First of all: whatever else becomes of this, it never speaks for the former epoch again.
    peerIdentities.enter(peerIdentities.epoch().forcedBy(self), out);
    out.append(new LogRecord.Campaigned(ballot));
    fill(log.last());
    // A change that is under way comes into use first.
    fill(configurations.latestFrom() - 1);
    Configuration latest = configurations.current();
    Configuration alone =
        Configuration.first(QuorumSystem.majority(List.of(self))).withId(latest.id() + 1);
    byte[] change = new GroupCommand.ChangeConfiguration(latest.id(), alone).toBytes();
    Command command = new Command(GroupCommand.NO_SESSION, ballot.round(), 0, change);
    teach(new Entry(log.chosen() + 1, ballot, new Value.Builder().add(command).build(0)));
    fill(configurations.latestFrom() - 1);
    if (!configurations.current().equals(alone)) {
      throw new IllegalStateException("the forced configuration did not come into use");
    }
    return alone;
  }

  /** Takes for chosen what is accepted here up to that slot, and a no-op where nothing is. */
  private void fill(long last) {
    while (log.chosen() < last) {
      long slot = log.chosen() + 1;
      Entry accepted = log.get(slot);
      teach(accepted != null ? accepted : new Entry(slot, ballot, Value.noOp(0)));
    }
  }

  private void teach(Entry entry) {
    learner.receive(self, new Message.Learned(List.of(entry), entry.slot()), out);
  }
}
