package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.host.Completions;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Command;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.message.Message.Submit;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.proposer.Proposer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of the group, at home at a member: numbers commands, sends them to the leader until they
 * are decided, and ends each request exactly once, when the member's own replica has applied it.
 *
 * <p>It is opened in the log when its first command comes, and commands wait for that. It may
 * expire there, if nothing is heard of it for its timeout; then another is opened for the next
 * command.
 *
 * <p>What it says is certain: {@link Outcome.Busy} and {@link Outcome.NoQuorum} only for a command
 * that was never given to a leader; {@link Outcome.SessionExpired} only when this member's own
 * replica, which goes through the log slot by slot, came to the end of the session and had not
 * applied the command before; else {@link Outcome.Unknown}.
 */
public final class ClientSession {
  private static final class Pending {
    final long sequence;
    final byte[] payload;
    final long until;
    long sentAt;
    boolean sent;
    boolean ended;

    Pending(long sequence, byte[] payload, long until) {
      this.sequence = sequence;
      this.payload = payload;
      this.until = until;
    }
  }

  private final String self;
  private final Settings settings;
  private final MemberClock clock;
  private final Proposer proposer;
  private final Completions callers;

  private final SequenceWindow<Pending> pending = new SequenceWindow<>();
  private final ArrayDeque<Pending> unsent = new ArrayDeque<>();
  private final PendingReads reads;
  private long pendingBytes;

  /** Rise over all sessions of this member's life. */
  private long sequences;

  /** {@link GroupCommand#NO_SESSION} while there is none. */
  private long id = GroupCommand.NO_SESSION;

  /** The number under which a session was asked for; 0 if none is awaited. */
  private long opening;

  private long lastOpening;
  private long openingAt;

  /** When this session was last heard of in the log. */
  private long heardAt;

  /** When it was last said that this client lives. */
  private long aliveAt;

  private @Nullable String leader;

  /**
   * A client that has no session yet.
   *
   * @param unique drawn at random: what it asks for is numbered from there
   * @param proposer of the same member, which knows who leads
   * @param callers receives the outcome of each request
   */
  public ClientSession(long unique, MemberContext context, Proposer proposer, Completions callers) {
    this.self = context.self();
    this.settings = context.settings();
    this.clock = context.clock();
    this.proposer = proposer;
    this.callers = callers;
    this.lastOpening = unique >>> 2;
    this.reads = new PendingReads(unique, context, proposer, callers);
  }

  /** The session's id; {@link GroupCommand#NO_SESSION} while there is none. */
  public long id() {
    return id;
  }

  /** Commands without an answer. */
  public int pending() {
    return pending.size();
  }

  /**
   * Takes a command to be decided.
   *
   * @param payload not to be written to from now on
   * @return its sequence, under which {@link Completions#complete} ends it; 0 if the window is
   *     full, and the command was not taken
   */
  public long submit(byte[] payload) {
    if (!pending.isEmpty()
        && (pendingBytes + payload.length > settings.maxPending()
            || sequences - pending.first() >= SessionTable.MAX_WINDOW - 1)) {
      return 0;
    }
    pendingBytes += payload.length;
    long sequence = ++sequences;
    Pending request = new Pending(sequence, payload, clock.now() + settings.requestTimeout());
    pending.put(sequence, request);
    unsent.add(request);
    return sequence;
  }

  /**
   * Asks to read.
   *
   * @return the number under which {@link Completions#completeReads} ends it; 0 if too many wait
   *     already, and the read was not taken
   */
  public long read(ReadLevel level) {
    return reads.read(level);
  }

  /**
   * Ends a turn: sends what is new.
   *
   * @param applied the last slot that the member's replica has applied
   */
  public void flush(long applied, Effects out) {
    String current = proposer.leader();
    reads.flush(current, applied, out);
    if (current != null && !current.equals(leader)) {
      // What the last leader was given may be lost with it.
      for (Pending request : pending.toList()) {
        if (request.sent) {
          send(request, current, out);
        }
      }
      if (opening != 0) {
        open(current, out);
      }
    }
    leader = current;
    if (current == null) {
      return;
    }
    while (!unsent.isEmpty() && (id != GroupCommand.NO_SESSION || unsent.element().ended)) {
      Pending request = unsent.remove();
      if (!request.ended) {
        send(request, current, out);
      }
    }
    if (!unsent.isEmpty() && opening == 0) {
      opening = ++lastOpening;
      open(current, out);
    }
  }

  private void send(Pending request, String to, Effects out) {
    request.sentAt = clock.now();
    // This one has no answer yet, so the lowest of those is there.
    Command command = new Command(id, request.sequence, pending.first() - 1, request.payload);
    if (to.equals(self)) {
      // A full queue is tried again: this session's own window is what pushes back.
      request.sent |= proposer.submit(command);
    } else {
      request.sent = true;
      out.send(to, new Submit(command));
    }
  }

  private void open(String to, Effects out) {
    openingAt = clock.now();
    say(new GroupCommand.OpenSession(settings.sessions().timeout()), opening, to, out);
  }

  /** What is lost is said again, so a full queue is no matter here. */
  private void say(GroupCommand what, long number, String to, Effects out) {
    Command command = new Command(GroupCommand.NO_SESSION, number, 0, what.toBytes());
    if (to.equals(self)) {
      proposer.submit(command);
    } else {
      out.send(to, new Submit(command));
    }
  }

  /** The leader turned a command away. */
  public void refused(long session, long sequence) {
    boolean own = session == id && session != GroupCommand.NO_SESSION;
    Pending request = own ? pending.get(sequence) : null;
    if (request != null) {
      // Not certain: another copy of the message may have been taken. It is sent again in a while.
      request.sentAt = clock.now();
    }
  }

  /** The leader named a slot to read at. */
  public void readIndex(ReadIndexReply reply, long applied) {
    reads.answered(reply, applied);
  }

  /** The member's replica has applied a command. */
  public void applied(long session, long sequence, Outcome outcome) {
    if (session == id) {
      heardAt = clock.now();
      end(sequence, outcome);
    }
  }

  /** A session was opened under this number, or refused if its id is 0. */
  public void opened(long number, long session) {
    if (opening == 0 || number != opening) {
      // Of another member, or a second copy, whose session nobody uses.
      return;
    }
    opening = 0;
    if (session == GroupCommand.NO_SESSION) {
      while (!unsent.isEmpty()) {
        end(unsent.remove().sequence, new Outcome.Busy());
      }
    } else {
      id = session;
      heardAt = clock.now();
      aliveAt = clock.now();
    }
  }

  /** The log knows that the client of this session lives. */
  public void heard(long session) {
    if (session == id) {
      heardAt = clock.now();
    }
  }

  /**
   * The member's replica came to the end of this session. A command of it that was not applied by
   * now never will be; one that was never sent is sent under the next session.
   */
  public void ended(long session) {
    if (session == id) {
      lose(new Outcome.SessionExpired());
    }
  }

  /**
   * A snapshot has taken the place of the member's state. What it says was applied will not be
   * applied here, and a session that was opened in it will not be seen to be. Where it has this
   * session no more, nobody can tell what was applied before that ended.
   */
  public void restored(Replica replica) {
    long found = opening == 0 ? GroupCommand.NO_SESSION : replica.opened(opening);
    if (found != GroupCommand.NO_SESSION) {
      opened(opening, found);
    }
    if (id != GroupCommand.NO_SESSION && !replica.isOpen(id)) {
      lose(new Outcome.Unknown());
      return;
    }
    for (Pending request : pending.toList()) {
      Outcome outcome = replica.outcome(id, request.sequence);
      if (outcome != null) {
        end(request.sequence, outcome);
      }
    }
  }

  /** There is no session any more: with this outcome for what was sent in it. */
  private void lose(Outcome ofSent) {
    id = GroupCommand.NO_SESSION;
    unsent.clear();
    List<Pending> sent = new ArrayList<>();
    for (Pending request : pending.toList()) {
      if (request.sent) {
        sent.add(request);
      } else {
        request.sentAt = 0;
        unsent.add(request);
      }
    }
    sent.forEach(request -> end(request.sequence, ofSent));
  }

  /** The session is needed no more, if nothing is under way in it. */
  public void close(Effects out) {
    if (id != GroupCommand.NO_SESSION && pending.isEmpty() && leader != null) {
      say(new GroupCommand.CloseSession(id), 0, leader, out);
    }
  }

  /** The member's replica has applied everything up to this slot. */
  public void applied(long slot) {
    reads.applied(slot);
  }

  private void end(long sequence, Outcome outcome) {
    Pending request = pending.remove(sequence);
    if (request != null) {
      request.ended = true;
      pendingBytes -= request.payload.length;
      callers.complete(sequence, outcome);
    }
  }

  /** Sends again, and ends what took too long. */
  public void tick(Effects out) {
    for (Pending request : pending.toList()) {
      if (clock.now() >= request.until) {
        Outcome outcome = request.sent ? new Outcome.Unknown() : new Outcome.NoQuorum();
        end(request.sequence, outcome);
      } else if (leader != null
          && id != GroupCommand.NO_SESSION
          && request.sentAt != 0
          && clock.now() - request.sentAt >= settings.electionTimeout()) {
        send(request, leader, out);
      }
    }
    reads.tick(out);
  }

  /**
   * Asks again for a session that is awaited, and keeps alive one that is idle; with each tick, as
   * long as this is a member.
   */
  public void keep(Effects out) {
    String to = leader;
    if (to == null) {
      return;
    }
    long timeout = settings.sessions().timeout();
    if (opening != 0) {
      if (clock.now() - openingAt >= settings.electionTimeout() && !unsent.isEmpty()) {
        open(to, out);
      }
    } else if (id != GroupCommand.NO_SESSION
        && clock.now() - heardAt >= timeout / 3
        && clock.now() - aliveAt >= Math.min(settings.electionTimeout(), timeout / 6)) {
      aliveAt = clock.now();
      say(new GroupCommand.KeepAlive(id), 0, to, out);
    }
  }
}
