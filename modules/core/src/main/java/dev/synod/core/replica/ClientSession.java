package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.host.Completions;
import dev.synod.core.host.Health;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.message.Message.Submit;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.proposer.Proposer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The session of a member's callers: it numbers commands, sends them to the leader until they are
 * chosen, and ends each request exactly once, when the member's own replica has applied it.
 *
 * <p>A command is sent again only when it may be lost, because a repeated command makes an overload
 * worse. Nothing is lost on the way to this member's own proposer. On the way to another one a
 * command counts as lost when the leader changes, or when one that was sent later is applied before
 * it. If nothing is applied for an election timeout, only the oldest command is sent again, with
 * doubling pauses; each answer to a repetition doubles how many follow at once.
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
  /** Maximum number of commands that are sent again in one tick. */
  private static final int MAX_BURST = 1_024;

  /** Number of sequences that one tick looks through for commands that were overtaken. */
  private static final int MAX_SCAN = 16_384;

  /** Number of election timeouts of the longest pause between two repetitions. */
  private static final int LONGEST_PAUSE = 4;

  private static final class Pending {
    final long sequence;
    final byte[] payload;
    final long until;
    long sentAt;

    /** Delay before the command is sent again although a later one has been applied. */
    long pause;

    /** Whether it was sent in this session, and whether more than once. */
    boolean sent;

    boolean repeated;
    boolean ended;

    Pending(long sequence, byte[] payload, long until, long pause) {
      this.sequence = sequence;
      this.payload = payload;
      this.until = until;
      this.pause = pause;
    }
  }

  private final String self;
  private final Settings settings;
  private final MemberClock clock;
  private final Proposer proposer;
  private final Completions callers;

  private final SequenceWindow<Pending> pending = new SequenceWindow<>();

  /** Commands that the leader has not been given yet, in order. */
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

  /** Ballot of the last KeepAlive's leader. */
  private Ballot aliveBallot = Ballot.NONE;

  /** Ballot of the leader; {@link Ballot#NONE} if none is known. */
  private Ballot leader = Ballot.NONE;

  /** Ballot of the leader that was given commands last. */
  private Ballot given = Ballot.NONE;

  /** Number of commands that were sent and have no answer. */
  private int underWay;

  /** Highest sequence of a command that was applied after it was sent once. */
  private long overtaking;

  /** Time of the last answer, or of the first command without one. */
  private long progressAt;

  /** Time of the last answer or repetition, and the delay of the next repetition. */
  private long quietSince;

  private long pause;

  /** Number of commands in the next repetition, and whether one was answered since the last. */
  private int burst = 1;

  private boolean answered;

  /** Delay of the next repetition of a pending OpenSession, which its own proposer never needs. */
  private long openingPause;

  private boolean openingTaken;

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
   * Tells whether commands have waited for an answer for several election timeouts, although a
   * leader is known.
   */
  public boolean isStalled() {
    return underWay > 0
        && !leader.equals(Ballot.NONE)
        && clock.now() - progressAt >= Health.STALLED_TIMEOUTS * settings.electionTimeout();
  }

  /**
   * Submits a command.
   *
   * @param payload not to be written to from now on
   * @return its sequence, under which {@link Completions#complete} ends it; 0 if the window is
   *     full, and the command was not taken
   * @throws IllegalArgumentException if the payload is larger than {@link Value#MAX_COMMAND}, so
   *     that no member could store or send it
   */
  public long submit(byte[] payload) {
    if (payload.length > Value.MAX_COMMAND) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a command of %d bytes, more than the %d that can be sent",
              payload.length,
              Value.MAX_COMMAND));
    }
    if (!pending.isEmpty()
        && (pendingBytes + payload.length > settings.maxPending()
            || sequences - pending.first() >= SessionTable.MAX_WINDOW - 1)) {
      return 0;
    }
    pendingBytes += payload.length;
    long sequence = ++sequences;
    Pending request =
        new Pending(
            sequence, payload, clock.now() + settings.requestTimeout(), settings.electionTimeout());
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
    leader = proposer.leaderBallot();
    boolean known = !leader.equals(Ballot.NONE);
    reads.flush(known ? leader.member() : null, applied, out);
    if (!known) {
      return;
    }
    if (!leader.equals(given)) {
      changed(out);
    }
    while (!unsent.isEmpty() && (id != GroupCommand.NO_SESSION || unsent.element().ended)) {
      // A full queue of this member's own proposer takes the command in a later turn.
      if (!unsent.element().ended && !send(unsent.element(), out)) {
        return;
      }
      unsent.remove();
    }
    if (!unsent.isEmpty() && opening == 0) {
      opening = ++lastOpening;
      openingPause = settings.electionTimeout();
      open(out);
    }
  }

  /** Commands that were given to the last leader may be lost with it. */
  private void changed(Effects out) {
    given = leader;
    unsent.clear();
    unsent.addAll(pending.toList());
    quietSince = clock.now();
    pause = settings.electionTimeout();
    burst = 1;
    overtaking = 0;
    if (opening != 0) {
      openingPause = settings.electionTimeout();
      open(out);
    }
  }

  private boolean isOwn() {
    return leader.member().equals(self);
  }

  /**
   * Sends a command to the leader.
   *
   * @return false if the queue of this member's own proposer is full
   */
  private boolean send(Pending request, Effects out) {
    // This one has no answer yet, so the lowest of those is there.
    if (!give(new Command(id, request.sequence, pending.first() - 1, request.payload), out)) {
      return false;
    }
    request.sentAt = clock.now();
    request.repeated = request.sent;
    if (!request.sent) {
      request.sent = true;
      if (underWay++ == 0) {
        progressAt = clock.now();
        quietSince = clock.now();
        pause = settings.electionTimeout();
      }
    }
    return true;
  }

  /** Gives a command to the leader; false if this member leads and its queue is full. */
  private boolean give(Command command, Effects out) {
    if (isOwn()) {
      return proposer.submit(command);
    }
    out.send(leader.member(), new Submit(command));
    return true;
  }

  private void open(Effects out) {
    openingAt = clock.now();
    openingTaken = say(new GroupCommand.OpenSession(settings.sessions().timeout()), opening, out);
  }

  /** Gives a group command to the leader; false if this member leads and its queue is full. */
  private boolean say(GroupCommand what, long number, Effects out) {
    return give(new Command(GroupCommand.NO_SESSION, number, 0, what.toBytes()), out);
  }

  /** Handles a command that the leader refused. */
  public void refused(long session, long sequence) {
    boolean own = session == id && session != GroupCommand.NO_SESSION;
    Pending request = own ? pending.get(sequence) : null;
    if (request != null) {
      // Not certain: another copy of the message may have been taken. It is sent again in a while,
      // once later ones are applied or nothing is.
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
      progressed(pending.get(sequence));
      end(sequence, outcome);
    }
  }

  /** The group decides commands of this session. */
  private void progressed(@Nullable Pending applied) {
    if (applied == null || !applied.sent) {
      return;
    }
    progressAt = clock.now();
    quietSince = clock.now();
    answered = true;
    if (applied.repeated) {
      // Which of its copies was applied is not known: those behind it may be lost or under way.
      burst = Math.min(2 * burst, MAX_BURST);
      pause = settings.retry();
    } else {
      burst = 1;
      pause = settings.electionTimeout();
      overtaking = Math.max(overtaking, applied.sequence);
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
        unsent.add(request);
      }
    }
    sent.forEach(request -> end(request.sequence, ofSent));
  }

  /** Closes the session, unless a command is in flight. */
  public void close(Effects out) {
    if (id != GroupCommand.NO_SESSION && pending.isEmpty() && !leader.equals(Ballot.NONE)) {
      // A session that is not closed expires.
      say(new GroupCommand.CloseSession(id), 0, out);
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
      underWay -= request.sent ? 1 : 0;
      pendingBytes -= request.payload.length;
      ended++;
      callers.complete(sequence, outcome);
    }
  }

  /** Ends what took too long, and sends again what may be lost. */
  public void tick(Effects out) {
    // Deadlines rise with the sequences. A caller that is told may submit again at once.
    for (Pending request = pending.get(pending.first());
        request != null && clock.now() >= request.until;
        request = pending.get(pending.first())) {
      Outcome outcome = request.sent ? new Outcome.Unknown() : new Outcome.NoQuorum();
      end(request.sequence, outcome);
    }
    if (!leader.equals(Ballot.NONE)
        && leader.equals(given)
        && !isOwn()
        && id != GroupCommand.NO_SESSION
        && underWay > 0) {
      repeatOvertaken(out);
      repeatOldest(out);
    }
    reads.tick(out);
  }

  /**
   * Sends commands again that were overtaken by later ones: a leader takes commands in the order in
   * which they come, so these were lost or refused, or are large and still on their way.
   */
  private void repeatOvertaken(Effects out) {
    int room = MAX_BURST;
    long end = Math.min(overtaking, pending.first() + MAX_SCAN);
    for (long sequence = pending.first(); sequence < end && room > 0; sequence++) {
      Pending request = pending.get(sequence);
      if (request != null && request.sent && clock.now() - request.sentAt >= request.pause) {
        request.pause = longer(request.pause);
        send(request, out);
        room--;
      }
    }
  }

  /** Sends the oldest commands again if nothing was applied for a while. */
  private void repeatOldest(Effects out) {
    if (clock.now() - quietSince < pause) {
      return;
    }
    quietSince = clock.now();
    pause = longer(pause);
    burst = answered ? burst : 1;
    answered = false;
    int room = burst;
    long end = pending.first() + MAX_SCAN;
    for (long sequence = pending.first(); sequence < end && room > 0; sequence++) {
      Pending request = pending.get(sequence);
      if (request != null && request.sent) {
        send(request, out);
        room--;
      }
    }
  }

  private long longer(long delay) {
    return Math.min(2 * delay, LONGEST_PAUSE * settings.electionTimeout());
  }

  /**
   * Repeats a pending OpenSession and keeps an idle session alive; called with each tick while this
   * is a member.
   */
  public void keep(Effects out) {
    if (leader.equals(Ballot.NONE)) {
      return;
    }
    long timeout = settings.sessions().timeout();
    if (opening != 0) {
      boolean waits = isOwn() && openingTaken;
      if (!waits && clock.now() - openingAt >= openingPause && !unsent.isEmpty()) {
        openingPause = longer(openingPause);
        open(out);
      }
    } else if (id != GroupCommand.NO_SESSION
        && clock.now() - heardAt >= timeout / 3
        && clock.now() - aliveAt >= Math.min(settings.electionTimeout(), timeout / 6)
        && !(isOwn() && aliveAt > heardAt && aliveBallot.equals(leader))
        && say(new GroupCommand.KeepAlive(id), 0, out)) {
      aliveAt = clock.now();
      aliveBallot = leader;
    }
  }
}
