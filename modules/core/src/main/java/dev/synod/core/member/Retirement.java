package dev.synod.core.member;

import dev.synod.core.host.MembershipEvents;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message.DurableSlotQuery;
import dev.synod.core.message.Message.DurableSlotReply;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.quorum.Phase;
import dev.synod.quorum.Tally;
import dev.synod.quorum.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The fence before a removed member may stop (module {@code Retirement} of the specification).
 * Possibly only the acceptors of its last configuration know the slots of that configuration, so
 * the member continues to answer until a phase-2 quorum of the configuration in use durably knows
 * each of these slots. The member asks for that itself, so that the fence depends neither on
 * another member's claim nor on another member's survival.
 */
final class Retirement {
  private final String self;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final MembershipEvents events;

  /** Members that know enough slots, and their configuration; null before the first request. */
  private @Nullable Tally knowing;

  private long asked;
  private long askAt;
  private boolean over;

  Retirement(MemberContext context, MembershipEvents events) {
    this.self = context.self();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.events = events;
  }

  /** Tells whether this member has left and answers no message any more. */
  boolean isOver() {
    return over;
  }

  /** Tells whether this member knows that it is no member any more and will not be one again. */
  private boolean isDue() {
    return configurations.hasLeft(self) && !configurations.isMember(self);
  }

  void tick(Effects out) {
    if (!isDue() || clock.now() < askAt) {
      return;
    }
    askAt = clock.now() + settings.retry();
    Configuration used = configurations.current();
    if (knowing == null || asked != used.id()) {
      asked = used.id();
      knowing = used.quorums().tally(Phase.TWO);
    }
    for (String acceptor : used.acceptors()) {
      out.send(acceptor, new DurableSlotQuery(used.id()));
    }
  }

  /** Records that a member durably knows every slot up to that one. */
  void kept(String from, DurableSlotReply durableSlotReply, Effects out) {
    Tally tally = knowing;
    if (over
        || tally == null
        || durableSlotReply.number() != asked
        || asked != configurations.current().id()) {
      return;
    }
    // The slots of the former configurations end this member's duties.
    if (durableSlotReply.slot() >= configurations.currentFrom() - 1) {
      tally.grant(from);
    }
    if (tally.verdict() == Verdict.WON) {
      over = true;
      out.append(new LogRecord.Left());
      events.left();
    }
  }
}
