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
 * The forced configuration, the only unsafe operation: a member treats its own log as chosen and
 * becomes the whole group, without asking a quorum. It is meant for a group whose quorums are lost
 * permanently.
 *
 * <p>The change is written as chosen slots: the values that the member had accepted, a change to a
 * configuration of this member alone, and no-ops until that configuration is in use. The log
 * therefore documents the change, and later members learn it from there. The change starts a new
 * {@link Epoch}: the other members belong to the former one, are ignored, and are told so. The
 * change does not advance the log's time; the session timeouts restart when the member leads.
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
   * @param ballot ballot of this member that was never used
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
   * Returns the reason why the configuration cannot be forced, as a phrase that follows the
   * member's name; empty if it can. A name is used once (section Reconfiguration of the design), so
   * a removed member, or one whose removal may be chosen, cannot become the group.
   */
  String obstacle() {
    if (!configurations.isInitialized()) {
      return "belongs to no group yet";
    }
    Configuration pending = configurations.pending();
    if (!configurations.current().members().contains(self)
        || (pending != null && !pending.members().contains(self))) {
      return "was removed from its group: force the configuration at another member";
    }
    for (long slot = log.chosen() + 1; slot <= log.last(); slot++) {
      Entry accepted = log.get(slot);
      if (accepted != null && removesSelf(accepted.value())) {
        return "has accepted a change at slot "
            + slot
            + " that removes it and may be chosen: force the configuration at a member that"
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
      return false; // this change will have no effect
    }
  }

  /** Forces the configuration. The host makes the records durable before it starts the member. */
  Configuration make() {
    // The epoch comes first, so that the member never acts for the former epoch again, even if the
    // remaining records are lost.
    peerIdentities.enter(peerIdentities.epoch().forcedBy(self), out);
    out.append(new LogRecord.Campaigned(ballot));
    fill(log.last());
    // A pending change comes into use first.
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

  /** Marks the accepted values up to that slot as chosen, and fills empty slots with no-ops. */
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
