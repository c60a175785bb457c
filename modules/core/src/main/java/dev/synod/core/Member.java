package dev.synod.core;

import dev.synod.quorum.QuorumSystem;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
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
  private final Configurations configurations;
  private final Joining joining;
  private final Reconfiguration reconfiguration;
  private final Retirement retirement;
  private final Effects effects = new Inside();

  /** Messages of this member to itself, handled before the turn ends. */
  private final ArrayDeque<Message> own = new ArrayDeque<>();

  /**
   * What a member is made of.
   *
   * @param configurations as the group was born, or {@link Configurations#unborn}; this member's
   *     own
   * @param contacts members that one that joins asks first
   */
  public record Setup(
      String self,
      Configurations configurations,
      List<String> contacts,
      Settings settings,
      Recovered recovered,
      StateMachine machine) {}

  /**
   * A member that goes on where its log ends.
   *
   * @param session an id that no session of the group ever had
   * @param random gives a number from 0 to below its argument
   * @param now milliseconds of the host's monotonic clock, more than 0
   */
  public Member(Setup setup, long session, LongUnaryOperator random, long now, Host host) {
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
    configurations = setup.configurations();
    joining = new Joining(self, setup.contacts(), configurations, settings);
    retirement = new Retirement(self, configurations, settings);
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
    learner = new Learner(self, log, configurations, settings, now);
    this.session = new Session(session, self, settings, proposer, now);
    reconfiguration =
        new Reconfiguration(self, log, configurations, settings, proposer, random, now);
    replica = new Replica(setup.machine(), configurations, this::applied);
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }

  private void applied(long id, long sequence, Outcome outcome) {
    if (id == GroupCommand.SESSION) {
      reconfiguration.applied(sequence, outcome, effects);
    } else {
      session.applied(id, sequence, outcome, effects);
    }
  }

  /** Applies what the log knew to be chosen. */
  public void start() {
    learner.start(effects);
  }

  /**
   * Whether this member listens to this message of that one. To members of open configurations
   * always. Who has left has no leader's or acceptor's part any more, but may say farewell, learn
   * what it needs to stop, and finish what its callers have begun. A name that is not known may be
   * that of a member that came while this one was away: this member asks it for what it missed.
   */
  public boolean admits(String from, Message message) {
    if (!configurations.isBorn() || configurations.isMember(from)) {
      return true;
    }
    if (configurations.hasLeft(from)) {
      // Not what it teaches: all slots that it had a say in are known here.
      return message instanceof Message.Learn
          || message instanceof Message.AskKept
          || message instanceof Message.Resigned
          || message instanceof Message.TakeOver
          || message instanceof Message.Submit
          || message instanceof Message.ReadIndex;
    }
    learner.meets(from, effects);
    return message instanceof Message.ToLearner;
  }

  /** Handles a message; {@code from} may be the member itself. */
  public void receive(String from, Message message) {
    if (retirement.isOver()) {
      return;
    }
    if (!configurations.isBorn()) {
      joining.receive(from, message, effects);
      return;
    }
    if (message instanceof Message.Kept kept) {
      retirement.kept(from, kept, effects);
      reconfiguration.kept(from, kept);
    } else if (message instanceof Message.ToAcceptor toAcceptor) {
      acceptor.receive(from, toAcceptor, effects);
      if (message instanceof Message.Accept accept && accept.chosen() > log.chosen()) {
        learner.receive(from, new Message.Chosen(accept.ballot(), accept.chosen()), effects);
      }
    } else if (message instanceof Message.ToLearner toLearner) {
      learner.receive(from, toLearner, effects);
    } else if (message instanceof Message.Refused refused) {
      session.refused(refused.session(), refused.sequence());
    } else if (message instanceof Message.ReadIndexReply reply) {
      session.readIndex(reply.number(), reply.slot(), replica.applied(), effects);
    } else if (message instanceof Message.ToProposer toProposer) {
      proposer.receive(from, toProposer, effects);
    }
  }

  /**
   * Tells the time, some ten milliseconds after the last.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970
   */
  public void tick(long now, long wallClock) {
    session.tick(now, effects);
    if (retirement.isOver()) {
      return;
    }
    if (!configurations.isBorn()) {
      joining.tick(now, effects);
      return;
    }
    acceptor.tick(now);
    learner.tick(now, effects);
    proposer.tick(now, wallClock, effects);
    reconfiguration.tick(now, effects);
    retirement.tick(now, effects);
  }

  /** Ends a turn. */
  public void flush() {
    do {
      for (Message message = own.poll(); message != null; message = own.poll()) {
        receive(self, message);
      }
      session.flush(effects);
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

  /** Asks to read what is current; {@link Host#completeRead} answers under the number returned. */
  public long read() {
    return session.read();
  }

  /** Asks this member's state machine, as it is now. */
  public byte[] query(ByteBuffer question) {
    return replica.query(question);
  }

  /**
   * Asks for other members or quorums.
   *
   * @param learners all members that shall learn, the acceptors among them
   * @param quorums over the acceptors
   * @param forced whether nobody is asked first if he is there
   * @return the number under which {@link Host#completeChange} ends it; 0 if another change that
   *     this member was asked for is on its way
   */
  public long change(List<String> learners, QuorumSystem quorums, boolean forced) {
    return reconfiguration.start(learners, quorums, forced);
  }

  /**
   * Makes this member the whole group, though no quorum was asked; see {@link ForcedConfiguration}.
   * Of a member that has started and runs nowhere.
   *
   * @param wallClock milliseconds since 1970
   * @return the configuration that is in use now
   */
  public Configuration forceAlone(long wallClock) {
    Ballot ballot = new Ballot(acceptor.promised().round() + 1, self);
    return new ForcedConfiguration(self, log, configurations, learner, ballot, wallClock, effects)
        .make();
  }

  /**
   * Lets that member lead, by asking the leader for it.
   *
   * @return false if no leader is known, or that one is no acceptor: nothing was asked
   */
  public boolean transfer(String successor) {
    String leader = proposer.leader();
    if (leader == null || !configurations.current().isAcceptor(successor)) {
      return false;
    }
    effects.send(leader, new Message.Transfer(successor));
    return true;
  }

  /** Whether this member knows its group: the first thing a member that joins finds out. */
  public boolean isBorn() {
    return configurations.isBorn();
  }

  /** Which configuration is in use, to be looked at. */
  public Configurations configurations() {
    return configurations;
  }

  /** Hands leadership over, for good; see {@link Proposer#handOver}. */
  public boolean handOver(boolean atOnce) {
    return proposer.handOver(atOnce, effects);
  }

  /** The group's health, as this member knows it. */
  public Health health() {
    return configurations.isBorn() ? proposer.health() : new Health(Ballot.NONE, false, false, 0);
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
    public void completeRead(long read, Outcome outcome) {
      host.completeRead(read, outcome);
    }

    @Override
    public void completeChange(long number, Outcome outcome) {
      host.completeChange(number, outcome);
    }

    @Override
    public void left() {
      host.left();
    }

    @Override
    public void deliver(Entry entry) {
      replica.apply(entry);
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
