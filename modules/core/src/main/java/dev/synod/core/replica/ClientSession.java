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
 * The session of a member's callers: it numbers commands, sends them to the leader until they are
 * chosen, and ends each request exactly once, when the member's own replica has applied it.
 *
 * <p>The first command opens the session in the log; commands wait for that. The group expires the
 * session if it hears nothing of it for its timeout; the next command then opens another session.
 *
 * <p>The outcomes are certain. {@link Outcome.Busy} and {@link Outcome.NoQuorum} are reported only
 * for a command that was never sent to a leader. {@link Outcome.SessionExpired} is reported only if
 * the member's own replica, which follows the log slot by slot, reached the end of the session
 * without having applied the command. Every other failure is {@link Outcome.Unknown}.
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

  /** Last sequence number; it rises over all sessions of this member's incarnation. */
  private long sequences;

  /** Number of commands that have ended. */
  private long ended;

  /** Id of the session; {@link GroupCommand#NO_SESSION} if there is none. */
  private long id = GroupCommand.NO_SESSION;

  /** Number of the pending OpenSession; 0 if there is none. */
  private long opening;

  private long lastOpening;
  private long openingAt;

  /** Time at which the log last mentioned this session. */
  private long heardAt;

  /** Time of the last KeepAlive. */
  private long aliveAt;

  private @Nullable String leader;

  /**
   * Creates a client without a session.
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

  /** Returns the id of the session; {@link GroupCommand#NO_SESSION} if there is none. */
  public long id() {
    return id;
  }

  /** Returns the number of commands that have ended. */
  public long ended() {
    return ended;
  }

  /** Returns the number of commands without an outcome. */
  public int pending() {
    return pending.size();
  }

  /**
   * Submits a command.
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
   * Requests a read.
   *
   * @return the number under which {@link Completions#completeReads} ends it; 0 if too many wait
   *     already, and the read was not taken
   */
  public long read(ReadLevel level) {
    return reads.read(level);
  }

  /**
   * Ends a turn: sends new commands.
   *
   * @param applied last slot that the member's replica has applied
   */
  public void flush(long applied, Effects out) {
    String current = proposer.leader();
    reads.flush(current, applied, out);
    if (current != null && !current.equals(leader)) {
      // Commands sent to the last leader may be lost with it.
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
      // A full queue of the leader is retried; this session's own window limits the load.
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

  /**
   * Sends a group command. A full queue of the leader is harmless, because lost commands are
   * repeated.
   */
  private void say(GroupCommand what, long number, String to, Effects out) {
    Command command = new Command(GroupCommand.NO_SESSION, number, 0, what.toBytes());
    if (to.equals(self)) {
      proposer.submit(command);
    } else {
      out.send(to, new Submit(command));
    }
  }

  /** Handles a command that the leader refused. */
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
      // The session belongs to another member, or to a second copy of the command and stays unused.
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

  /** Records that the log kept this session alive. */
  public void heard(long session) {
    if (session == id) {
      heardAt = clock.now();
    }
  }

  /**
   * Records that the member's replica reached the end of this session. A sent command that was not
   * applied never will be; a command that was never sent goes to the next session.
   */
  public void ended(long session) {
    if (session == id) {
      lose(new Outcome.SessionExpired());
    }
  }

  /**
   * Handles a snapshot that replaced the member's state. Commands and sessions within it are not
   * applied here. If the snapshot lacks this session, the outcome of its commands is unknown.
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

  /** Closes the session, unless a command is in flight. */
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
      ended++;
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
   * Repeats a pending OpenSession and keeps an idle session alive; called with each tick while this
   * is a member.
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
