package dev.synod.core;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.LongUnaryOperator;

/**
 * One member of a group: an acceptor, a proposer and a learner that share a log, a replica of the
 * state machine, and the session of the member's callers. It only connects them; what they say to
 * each other inside a member is passed by reference and never travels.
 *
 * <p>One thread at a time. A host calls {@link #start} once, then any of the others, and {@link
 * #flush} when a turn ends: after all messages that have arrived were handled, so that what came
 * together is decided together.
 */
public final class Member {
  private final String self;
  private final Host host;
  private final Settings settings;
  private final SlotLog log;
  private final Acceptor acceptor;
  private final Election election;
  private final Proposer proposer;
  private final Learner learner;
  private final Replica replica;
  private final Session session;
  private final Effects effects = new Inside();

  /** Messages of this member to itself, handled before the turn ends. */
  private final ArrayDeque<Message> own = new ArrayDeque<>();

  /** What a member is made of. */
  public record Setup(
      String self,
      Configurations configurations,
      Settings settings,
      Recovered recovered,
      StateMachine machine) {}

  /**
   * A member that goes on where its log ends.
   *
   * @param unique drawn at random: what this member asks for is numbered from there, so that no
   *     answer to another member, or to an earlier life of this one, is taken for one to it
   * @param random gives a number from 0 to below its argument
   * @param now milliseconds of the host's monotonic clock, more than 0
   */
  public Member(Setup setup, long unique, LongUnaryOperator random, long now, Host host) {
    this.self = setup.self();
    this.host = host;
    this.settings = setup.settings();
    Recovered recovered = setup.recovered();
    Ballot promised = recovered.promised();
    for (Entry entry : recovered.entries()) {
      // To have accepted is to have promised (I6).
      promised = max(promised, entry.ballot());
    }
    log = new SlotLog(recovered);
    Configurations configurations = setup.configurations();
    acceptor = new Acceptor(log, promised, settings, now);
    election = new Election(settings, random, now);
    proposer =
        new Proposer(
            self,
            log,
            configurations,
            settings,
            election,
            max(promised, recovered.campaigned()),
            now);
    learner = new Learner(self, log, configurations.at(1).learners(), settings, now);
    session = new Session(unique, self, settings, proposer, now);
    replica = new Replica(setup.machine(), new Heard());
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }

  /** Applies what the log knew to be chosen. */
  public void start() {
    learner.start(effects);
  }

  /** Handles a message; {@code from} may be the member itself. */
  public void receive(String from, Message message) {
    if (message instanceof Message.ToAcceptor toAcceptor) {
      acceptor.receive(from, toAcceptor, effects);
      if (message instanceof Message.Accept accept && accept.chosen() > log.chosen()) {
        learner.receive(from, new Message.Chosen(accept.ballot(), accept.chosen()), effects);
      }
    } else if (message instanceof Message.ToLearner toLearner) {
      learner.receive(from, toLearner, effects);
    } else if (message instanceof Message.Refused refused) {
      session.refused(refused.session(), refused.sequence());
    } else if (message instanceof Message.ReadIndexReply reply) {
      session.readIndex(reply, replica.applied(), effects);
    } else if (message instanceof Message.ToProposer toProposer) {
      proposer.receive(from, toProposer, effects);
    }
  }

  /**
   * Tells the time: leases rest on it. To be called before messages are handled, with a clock that
   * was read after they had arrived, and before {@link #flush}; a time of an earlier moment would
   * end a promise too early, or lengthen what was promised.
   *
   * @param now milliseconds of the host's monotonic clock
   */
  public void time(long now) {
    acceptor.time(now);
    proposer.time(now);
    session.time(now);
  }

  /**
   * Lets time pass; called every ten milliseconds or so.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970
   */
  public void tick(long now, long wallClock) {
    time(now);
    learner.tick(now, effects);
    proposer.tick(wallClock, effects);
    session.tick(effects);
  }

  /** Ends a turn. */
  public void flush() {
    do {
      for (Message message = own.poll(); message != null; message = own.poll()) {
        receive(self, message);
      }
      session.flush(replica.applied(), effects);
      proposer.flush(effects);
    } while (!own.isEmpty());
    proposer.tell(effects);
  }

  /**
   * Takes a command to be decided.
   *
   * @param payload not to be written to from now on
   * @return the sequence under which {@link Host#complete} ends it; 0 if the window is full, and
   *     the command was not taken
   */
  public long submit(byte[] payload) {
    return session.submit(payload);
  }

  /**
   * Asks to read; {@link Host#completeReads} answers under the number returned. 0 if too many reads
   * wait, and this one was not taken.
   */
  public long read(ReadLevel level) {
    return session.read(level);
  }

  /** Asks this member's state machine, as it is now. */
  public byte[] query(ByteBuffer question) {
    return replica.query(question);
  }

  /** Hands leadership over, for good; see {@link Proposer#handOver}. */
  public boolean handOver(boolean atOnce) {
    session.close(effects);
    return proposer.handOver(atOnce, effects);
  }

  /** The group's health, as this member knows it. */
  public Health health() {
    return proposer.health();
  }

  /** The acceptor. */
  public Acceptor acceptor() {
    return acceptor;
  }

  /** The proposer. */
  public Proposer proposer() {
    return proposer;
  }

  /** The learner. */
  public Learner learner() {
    return learner;
  }

  /** The log, to be looked at. */
  public SlotLog log() {
    return log;
  }

  /** The applied side, to be looked at. */
  public Replica replica() {
    return replica;
  }

  /** The session of this member's callers, to be looked at. */
  public Session session() {
    return session;
  }

  private final class Heard implements Replica.Listener {
    @Override
    public void applied(long of, long sequence, Outcome outcome) {
      session.applied(of, sequence, outcome, effects);
    }

    @Override
    public void opened(long number, long id) {
      session.opened(number, id, effects);
    }

    @Override
    public void heard(long of) {
      session.heard(of);
    }

    @Override
    public void ended(long of) {
      session.ended(of, effects);
    }
  }

  private final class Inside implements Effects {
    @Override
    public void append(LogRecord record) {
      host.append(record);
    }

    @Override
    public void send(String member, Message message) {
      if (member.equals(self)) {
        own.add(message);
      } else {
        host.send(member, message);
      }
    }

    @Override
    public void sendAfter(String member, Message message) {
      host.sendAfter(member, message);
    }

    @Override
    public void complete(long sequence, Outcome outcome) {
      host.complete(sequence, outcome);
    }

    @Override
    public void completeReads(long first, long last, Outcome outcome) {
      host.completeReads(first, last, outcome);
    }

    @Override
    public void deliver(Entry entry) {
      replica.apply(entry);
      proposer.passed(replica.time());
      session.applied(replica.applied(), this);
    }

    @Override
    public void knows(String member, long chosen) {
      learner.knows(member, chosen, this);
    }

    @Override
    public void heard(Ballot ballot) {
      proposer.heard(ballot);
    }

    @Override
    public void reachable(long acceptors) {
      proposer.reachable(acceptors);
    }

    @Override
    public void resigned(Ballot ballot) {
      proposer.resigned(ballot);
    }
  }
}
