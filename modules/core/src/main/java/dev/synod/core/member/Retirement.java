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
 * The fence before a member that was taken out of its group may stop (module {@code Retirement} of
 * the specification). Slots of the configuration it left may be known to it and its like alone, so
 * it goes on answering until a phase-2 quorum of the configuration in use knows each of them,
 * durably. It asks for that itself: nobody has to be believed, and nobody has to live, to tell it.
 */
final class Retirement {
  private final String self;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final MembershipEvents events;

  /** Who knows enough, of which configuration; null before anybody was asked. */
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

  /** Whether this member has left, and answers nobody any more. */
  boolean isOver() {
    return over;
  }

  /** Whether it is not a member any more, nor about to be one again, and knows it. */
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

  /** That member knows every slot up to that one, durably. */
  void kept(String from, DurableSlotReply durableSlotReply, Effects out) {
    Tally tally = knowing;
    if (over
        || tally == null
        || durableSlotReply.number() != asked
        || asked != configurations.current().id()) {
      return;
    }
    // All slots of the configurations before: this member's part in them ends.
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
