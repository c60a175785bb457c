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
 * The clients that follow this member. A client is an application outside the group: it has no
 * vote, stores nothing, and no member waits for it. The member sends it chosen values, one page per
 * request, and the current leader. A client therefore has a replica of its own, which answers its
 * commands and reads like that of a member.
 */
final class Followers {
  private static final class Client {
    /** First slot that the client does not know. */
    long from;

    /** Whether a request of the client is unanswered. */
    boolean waits;

    /** Time at which the client is dropped, unless it sends another request. */
    long until;
  }

  private final TreeMap<String, Client> clients = new TreeMap<>();
  private final SlotLog log;
  private final Settings settings;
  private final MemberClock clock;
  private final int most;
  private long toldAt;

  /** Creates an empty set of followers with a maximum size. */
  Followers(MemberContext context, int most) {
    this.log = context.log();
    this.settings = context.settings();
    this.clock = context.clock();
    this.most = most;
  }

  /**
   * Tells whether a client may send this message to a member. A client may submit commands like a
   * member, but of the group commands only those about its own session. A leader checks only
   * whether clients are accepted at all, because most clients follow other members.
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

  /** Tells whether the client follows this member. */
  boolean isKnown(String name) {
    return clients.containsKey(name);
  }

  /** Handles a client's request for all slots from this one on. */
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

  /** Ends a turn: answers the requests for which slots were chosen. */
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
    GroupStatus groupStatus = new GroupStatus(health.leader(), log.chosen(), health.announced());
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
