package dev.synod.core.member;

import dev.synod.core.host.Settings;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Founding;
import dev.synod.core.message.Message.Join;
import dev.synod.core.message.Message.Welcome;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import java.util.List;

/**
 * The first steps of a joining member. Until it knows the group, it promises and accepts nothing,
 * and it asks its contacts and every member that sends it a message. It is told the initial
 * configuration and learns everything later from the log.
 */
final class Joining {
  private final String self;
  private final long token;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final PeerIdentities peerIdentities;
  private List<String> contacts = List.of();
  private int nextContact;
  private long askAt;

  /**
   * Asks these members; this one may be among them.
   *
   * @param token token of this incarnation
   */
  Joining(MemberContext context, long token, List<String> contacts, PeerIdentities peerIdentities) {
    this.self = context.self();
    this.token = token;
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.peerIdentities = peerIdentities;
    contacts(contacts);
  }

  /** Replaces the contacts. */
  final void contacts(List<String> names) {
    contacts = names.stream().filter(name -> !name.equals(self)).toList();
  }

  void tick(Effects out) {
    if (clock.now() >= askAt && !contacts.isEmpty()) {
      askAt = clock.now() + settings.retry();
      ask(contacts.get(nextContact++ % contacts.size()), out);
    }
  }

  private void ask(String member, Effects out) {
    if (!member.equals(self)) {
      out.send(member, new Join(token));
    }
  }

  /** Handles a message; its sender knows the group. */
  void receive(String from, Message message, Effects out) {
    if (message instanceof Welcome welcome) {
      if (welcome.token() != token) {
        return; // an answer to an earlier process under this name
      }
      peerIdentities.enter(welcome.epoch(), out);
      configurations.initialize(welcome.alpha(), welcome.initialConfiguration());
      out.append(new LogRecord.Initialized(welcome.alpha(), welcome.initialConfiguration()));
    } else if (!(message instanceof Join || message instanceof Founding)) {
      ask(from, out);
    }
  }
}
