package dev.synod.core;

import dev.synod.core.Message.ReadIndex;
import dev.synod.core.Message.Submit;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A client of the group, at home at a member: numbers commands, sends them to the leader until they
 * are decided, and ends each request exactly once, when the member's own replica has applied it.
 *
 * <p>What it says is certain: {@link Outcome.Busy} and {@link Outcome.NoQuorum} only for a command
 * that was never given to a leader, else {@link Outcome.Unknown}.
 */
public final class Session {
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

  private static final class Read {
    final long number;
    final long until;

    /** The first question that was asked after the read was; 0 as long as there is none. */
    long question;

    /** The slot to be applied first, once the leader has named it; -1 before. */
    long slot = -1;

    Read(long number, long until) {
      this.number = number;
      this.until = until;
    }
  }

  private final long id;
  private final String self;
  private final Settings settings;
  private final Proposer proposer;

  private final Window<Pending> pending = new Window<>();
  private final ArrayDeque<Pending> unsent = new ArrayDeque<>();
  private final ArrayDeque<Read> reads = new ArrayDeque<>();
  private long pendingBytes;
  private long sequences;

  private long readNumbers;

  /**
   * Numbers the questions, from a start of its own, so that no late answer to a member that has
   * restarted since is taken for one to this session.
   */
  private long questions;

  private long questionAnswered;
  private long questionAt;
  private boolean readWaits;

  private @Nullable String leader;
  private long now;

  /**
   * A new session.
   *
   * @param id that no session of the group ever had; the caller draws it at random
   * @param proposer of the same member, which knows who leads
   */
  public Session(long id, String self, Settings settings, Proposer proposer, long now) {
    this.id = id;
    this.self = self;
    this.settings = settings;
    this.proposer = proposer;
    this.now = now;
    this.questions = id >>> 2;
    this.questionAnswered = questions;
  }

  /** The session's id. */
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
   * @return its sequence, under which {@link Host#complete} ends it; 0 if the window is full, and
   *     the command was not taken
   */
  public long submit(byte[] payload) {
    if (!pending.isEmpty() && pendingBytes + payload.length > settings.maxPending()) {
      return 0;
    }
    pendingBytes += payload.length;
    long sequence = ++sequences;
    Pending request = new Pending(sequence, payload, now + settings.requestTimeout());
    pending.put(sequence, request);
    unsent.add(request);
    return sequence;
  }

  /**
   * Asks to read what is current.
   *
   * @return the number under which {@link Host#completeRead} ends it
   */
  public long read() {
    reads.add(new Read(++readNumbers, now + settings.requestTimeout()));
    readWaits = true;
    return readNumbers;
  }

  /** Ends a turn: sends what is new. */
  public void flush(Effects out) {
    String current = proposer.leader();
    if (current != null && !current.equals(leader)) {
      // What the last leader was given may be lost with it.
      for (Pending request : pending.toList()) {
        if (request.sent) {
          send(request, current, out);
        }
      }
      questionAnswered = questions;
      readWaits |= !reads.isEmpty();
    }
    leader = current;
    if (current == null) {
      return;
    }
    while (!unsent.isEmpty()) {
      Pending request = unsent.remove();
      if (!request.ended) {
        send(request, current, out);
      }
    }
    if (readWaits && questionAnswered == questions) {
      ask(current, out);
    }
  }

  private void send(Pending request, String to, Effects out) {
    request.sentAt = now;
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

  private void ask(String to, Effects out) {
    questions++;
    questionAt = now;
    readWaits = false;
    for (Read read : reads) {
      if (read.question == 0) {
        read.question = questions;
      }
    }
    if (to.equals(self)) {
      proposer.readIndex(self, questions);
    } else {
      out.send(to, new ReadIndex(questions));
    }
  }

  /** The leader turned a command away. */
  public void refused(long session, long sequence) {
    Pending request = session == id ? pending.get(sequence) : null;
    if (request != null) {
      // Not certain: another copy of the message may have been taken. It is sent again in a while.
      request.sentAt = now;
    }
  }

  /** The leader named the slot to read at, for all reads that were asked up to this question. */
  public void readIndex(long question, long slot, long applied, Effects out) {
    if (question > questions) {
      return;
    }
    questionAnswered = Math.max(questionAnswered, question);
    for (Read read : reads) {
      if (read.question != 0 && read.question <= question && read.slot < 0) {
        read.slot = slot;
      }
    }
    applied(applied, out);
  }

  /** The member's replica has applied a command. */
  public void applied(long session, long sequence, Outcome outcome, Effects out) {
    if (session == id) {
      end(sequence, outcome, out);
    }
  }

  /** The member's replica has applied everything up to this slot. */
  public void applied(long slot, Effects out) {
    while (!reads.isEmpty() && reads.element().slot >= 0 && reads.element().slot <= slot) {
      out.completeRead(reads.remove().number, new Outcome.ReadAt(slot));
    }
  }

  private void end(long sequence, Outcome outcome, Effects out) {
    Pending request = pending.remove(sequence);
    if (request != null) {
      request.ended = true;
      pendingBytes -= request.payload.length;
      out.complete(sequence, outcome);
    }
  }

  /** Tells the time: sends again, and ends what took too long. */
  public void tick(long now, Effects out) {
    this.now = now;
    for (Pending request : pending.toList()) {
      if (now >= request.until) {
        Outcome outcome = request.sent ? new Outcome.Unknown() : new Outcome.NoQuorum();
        end(request.sequence, outcome, out);
      } else if (leader != null
          && request.sentAt != 0
          && now - request.sentAt >= settings.electionTimeout()) {
        send(request, leader, out);
      }
    }
    // The oldest first, as all have the same time; whoever is told may read again at once.
    while (!reads.isEmpty() && now >= reads.element().until) {
      out.completeRead(reads.remove().number, new Outcome.NoQuorum());
    }
    if (questionAnswered < questions && now - questionAt >= settings.retry() && leader != null) {
      ask(leader, out);
    }
  }
}
