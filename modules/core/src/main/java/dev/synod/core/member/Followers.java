package dev.synod.core.member;

import dev.synod.core.host.Health;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Command;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.GroupStatus;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clients that follow this member: applications that are no members, have no say, keep nothing,
 * and nobody waits for. They are told what is chosen, a page each time they have asked for it, and
 * who leads. So each has a replica of its own, as a member has, and with it everything that hangs
 * on one: what it submits is answered by its own replica, and what it reads as well.
 */
final class Followers {
  private static final class Client {
    /** What it does not know yet begins here. */
    long from;

    /** Whether it has asked for that, and was not answered. */
    boolean waits;

    /** It is gone unless it asks again before. */
    long until;
  }

  private final TreeMap<String, Client> clients = new TreeMap<>();
  private final SlotLog log;
  private final Settings settings;
  private final MemberClock clock;
  private final int most;
  private long toldAt;

  /** Nobody yet, and at most so many at once. */
  Followers(MemberContext context, int most) {
    this.log = context.log();
    this.settings = context.settings();
    this.clock = context.clock();
    this.most = most;
  }

  /**
   * Whether somebody who is no member may say this to a member. What he submits is as good as what
   * a member submits, but for the group itself beside his own session, which is none of his
   * business. A leader asks him only whether clients are let in at all, for most of them follow
   * other members.
   */
  boolean admits(String name, Message message) {
    if (message instanceof Message.Follow) {
      return clients.containsKey(name) || clients.size() < most;
    }
    if (message instanceof Message.Submit submit) {
      Command command = submit.command();
      boolean own =
          command.session() != GroupCommand.NO_SESSION
              || GroupCommand.isAboutSession(command.payload());
      return most > 0 && own;
    }
    return most > 0 && message instanceof Message.ReadIndex;
  }

  /** Whether it follows this member. */
  boolean isKnown(String name) {
    return clients.containsKey(name);
  }

  /** It wants all from this slot on. */
  void follow(String name, long from, Effects out) {
    Client client = clients.computeIfAbsent(name, unknown -> new Client());
    client.from = from;
    client.waits = true;
    client.until = clock.now() + 2 * settings.electionTimeout();
    teach(name, client, out);
  }

  private void teach(String name, Client client, Effects out) {
    if (!client.waits || client.from > log.chosen()) {
      return;
    }
    client.waits = false;
    if (client.from <= log.floor()) {
      out.needsSnapshot(name);
    } else {
      out.send(
          name, new Learned(log.page(client.from, log.chosen(), settings.maxPage()), log.chosen()));
    }
  }

  /** Ends a turn: tells what is chosen since to those who have asked for it. */
  void flush(Effects out) {
    for (Map.Entry<String, Client> of : clients.entrySet()) {
      teach(of.getKey(), of.getValue(), out);
    }
  }

  /** Tells each client the news with every heartbeat; called with each tick. */
  void tick(Proposer proposer, Effects out) {
    if (clients.isEmpty() || clock.now() - toldAt < settings.heartbeat()) {
      return;
    }
    toldAt = clock.now();
    Health health = proposer.health();
    GroupStatus groupStatus = new GroupStatus(health.leader(), log.chosen(), health.reachable());
    for (Iterator<Map.Entry<String, Client>> all = clients.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Client> of = all.next();
      if (clock.now() >= of.getValue().until) {
        all.remove();
      } else {
        out.send(of.getKey(), groupStatus);
      }
    }
  }
}
