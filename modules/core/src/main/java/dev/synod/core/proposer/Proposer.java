package dev.synod.core.proposer;

import dev.synod.core.host.Health;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Accepted;
import dev.synod.core.message.Message.GroupStatus;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.message.Message.Nack;
import dev.synod.core.message.Message.PreVoteReply;
import dev.synod.core.message.Message.Prepare;
import dev.synod.core.message.Message.Promise;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.Refused;
import dev.synod.core.message.Message.Resigned;
import dev.synod.core.message.Message.Submit;
import dev.synod.core.message.Message.TakeOver;
import dev.synod.core.message.Message.Transfer;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import org.jspecify.annotations.Nullable;

/**
 * Gets values chosen (Lamport, "Paxos Made Simple", sections 2.2 and 3; quorums as in Howard,
 * Malkhi and Spiegelman, "Flexible Paxos", 2016). It is idle, or prepares a ballot (phase 1, once
 * for the whole log), or leads with it (phase 2, pipelined).
 *
 * <p>Values are batches of the commands that wait when a slot of the window is free: a lone command
 * goes at once.
 */
public final class Proposer {
  private sealed interface State {}

  private record Idle() implements State {}

  /** Phase 1 of {@code ballot}; given up at {@code until}. */
  private record Preparing(Ballot ballot, Phase1 promises, long until) implements State {}

  /** Phase 2. What late promises add still counts, for configurations to come. */
  private record Leading(Ballot ballot, Phase1 promises, Phase2 phase2, Heartbeats heartbeats)
      implements State {}

  private static final Idle IDLE = new Idle();

  private final MemberContext context;
  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final Election election;
  private final ProposalSource values;
  private final ThriftyTargets thriftyTargets;
  private final ChosenNotices chosenNotices;

  private final PendingReadIndex pendingReadIndex = new PendingReadIndex();
  private State state = IDLE;

  /** The highest ballot that this member knows of; its next one is higher (I4). */
  private Ballot highest;

  /** The next slot to propose at. */
  private long next;

  /** The latest configuration whose acceptors were asked for Promises. */
  private long prepared;

  private long retryAt;
  private long beatAt;
  private boolean closing;

  /** What the last leader heard, in the eyes of this member. */
  private long reachable;

  /**
   * An idle proposer.
   *
   * @param highest no ballot up to this one is used by this member again
   */
  public Proposer(MemberContext context, Election election, Ballot highest) {
    this.context = context;
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.election = election;
    this.highest = highest;
    this.values = new ProposalSource(context);
    this.thriftyTargets = new ThriftyTargets(context);
    this.chosenNotices = new ChosenNotices(context, thriftyTargets);
  }

  /** Whether this member leads: its phase 1 is done, and it has not heard of a higher ballot. */
  public boolean leads() {
    return state instanceof Leading;
  }

  /** The ballot that is led or prepared; {@link Ballot#NONE} if idle. */
  public Ballot ballot() {
    return state instanceof Leading leading
        ? leading.ballot()
        : state instanceof Preparing preparing ? preparing.ballot() : Ballot.NONE;
  }

  /** Where commands go: the leader this member knows of, itself included; null if there is none. */
  public @Nullable String leader() {
    if (state instanceof Leading) {
      return self;
    }
    Ballot leader = election.leader();
    return leader.equals(Ballot.NONE) || leader.member().equals(self) ? null : leader.member();
  }

  /** Slots proposed at and not yet known chosen. */
  public int inFlight() {
    return state instanceof Leading leading ? leading.phase2().size() : 0;
  }

  /** As a leader: the next slot to propose at. Each below it that it proposed at has left. */
  public long next() {
    return next;
  }

  /** As a leader: where its first own value is, in which it says that it begins; 0 before. */
  public long begins() {
    return values.begins();
  }

  /** Every slot up to this one is known chosen, as this leader has told its own learner. */
  public long announced() {
    return chosenNotices.announced();
  }

  /** Whether another leader could be elected if this member were to stop now. */
  public boolean couldElectWithout(String member) {
    QuorumSystem quorums = configuration().quorums();
    int bit = quorums.indexOf(member);
    long rest = bit < 0 ? health().reachable() : health().reachable() & ~(1L << bit);
    return quorums.isQuorum(Phase.ONE, rest)
        && quorums.isQuorum(Phase.TWO, rest)
        && configuration().proposers().stream().anyMatch(other -> !other.equals(member));
  }

  /** Bytes of the commands that wait for a slot. */
  public long waitingBytes() {
    return values.waitingBytes();
  }

  /** What this member knows of the group's health. */
  public Health health() {
    QuorumSystem quorums = configuration().quorums();
    long set = reachable;
    Ballot leader = election.leader();
    if (state instanceof Leading leading) {
      set = reachable(leading);
      leader = leading.ballot();
    } else if (leader.equals(Ballot.NONE) || leader.member().equals(self)) {
      set = election.answering(configuration());
      leader = Ballot.NONE;
    }
    boolean canCommit = quorums.isQuorum(Phase.TWO, set);
    return new Health(
        leader,
        canCommit && !leader.equals(Ballot.NONE),
        canCommit && quorums.isQuorum(Phase.ONE, set),
        set);
  }

  private long reachable(Leading leading) {
    return leading.heartbeats().reachable(configuration(), settings.electionTimeout());
  }

  // ---- what happens ---------------------------------------------------------------------------

  /** Handles a message of that member. */
  public void receive(String from, Message.ToProposer message, Effects out) {
    if (message instanceof Accepted accepted) {
      if (state instanceof Leading leading && accepted.ballot().equals(leading.ballot())) {
        leading.phase2().accepted(from, accepted.slot(), out);
      }
    } else if (message instanceof Submit submit) {
      if (!submit(submit.command())) {
        Command command = submit.command();
        out.send(from, new Refused(command.session(), command.sequence(), leads()));
      }
    } else if (message instanceof HeartbeatAck ack) {
      if (state instanceof Leading leading && ack.ballot().equals(leading.ballot())) {
        leading.heartbeats().answered(from, ack, configuration());
        pendingReadIndex.confirm(leading.heartbeats(), out);
      }
    } else if (message instanceof ReadIndex question) {
      readIndex(from, question);
    } else if (message instanceof Promise promise) {
      promised(from, promise, out);
    } else if (message instanceof Nack nack) {
      nack(nack, out);
    } else if (message instanceof PreVoteReply reply) {
      see(reply.promised());
      if (election.answered(from, reply) && state instanceof Idle && !closing) {
        prepare(out);
      }
    } else if (message instanceof Transfer wish) {
      transfer(wish.successor(), out);
    } else if (message instanceof TakeOver takeOver) {
      see(takeOver.ballot());
      if (state instanceof Idle && !closing && configurations.latest().isProposer(self)) {
        // The leader itself asks for it, so nobody is disturbed, and no canvass is needed.
        prepare(out);
      }
    } else {
      throw Message.unhandled(message);
    }
  }

  /** Takes a command into the queue; false if it does not lead, or has no room. */
  public boolean submit(Command command) {
    return state instanceof Leading && !closing && values.offer(command);
  }

  /** A member wants to know up to where it must have applied; answered once that is certain. */
  public void readIndex(String member, ReadIndex question) {
    if (state instanceof Leading) {
      pendingReadIndex.ask(member, question);
    }
  }

  /** A live leader was heard by this member. */
  public void heard(Ballot ballot) {
    see(ballot);
    if (!ballot.equals(ballot())) {
      election.heard(ballot);
    }
  }

  /** What the live leader said of who it hears. */
  public void reachable(long acceptors) {
    reachable = acceptors;
  }

  /** The time in the log is that far. */
  public void logTimeReached(long logTime) {
    values.logTimeReached(logTime);
  }

  /** The leader of this ballot said that it stopped. */
  public void resigned(Ballot ballot) {
    election.resigned(ballot);
  }

  private void see(Ballot ballot) {
    if (highest.isBelow(ballot)) {
      highest = ballot;
    }
  }

  // ---- phase 1 --------------------------------------------------------------------------------

  /** Higher than any that this member has used, promised or heard of. */
  public Ballot nextBallot() {
    return new Ballot(highest.round() + 1, self);
  }

  private void prepare(Effects out) {
    Ballot ballot = nextBallot();
    highest = ballot;
    out.append(new LogRecord.Campaigned(ballot));
    Preparing preparing =
        new Preparing(ballot, new Phase1(), clock.now() + settings.electionTimeout());
    state = preparing;
    retryAt = clock.now() + settings.retry();
    prepared = configurations.latest().id();
    for (String acceptor : configurations.acceptors()) {
      // After the record: this ballot is used once only, whatever happens (I4).
      out.sendAfter(acceptor, new Prepare(ballot, log.chosen() + 1));
    }
  }

  private void promised(String from, Promise promise, Effects out) {
    if (!promise.ballot().equals(ballot())) {
      return;
    }
    out.peerProgress(from, promise.chosen());
    Phase1 promises = promises();
    if (!promises.promised(from, promise)) {
      return;
    }
    long page = promises.nextPage(from, log.chosen() + 1);
    if (page != Long.MAX_VALUE && promise.last() >= promise.first()) {
      out.send(from, new Prepare(promise.ballot(), page));
    }
    if (state instanceof Preparing && covered(log.chosen() + 1)) {
      lead(out);
    }
  }

  private Phase1 promises() {
    if (state instanceof Preparing preparing) {
      return preparing.promises();
    }
    return ((Leading) state).promises();
  }

  /** I2: Promises that cover the slot, from a phase-1 quorum of the slot's own configuration. */
  private boolean covered(long slot) {
    Configuration configuration = configurations.at(slot);
    return configuration.quorums().isQuorum(Phase.ONE, promises().covering(slot, configuration));
  }

  private void lead(Effects out) {
    Preparing preparing = (Preparing) state;
    Phase2 phase2 = new Phase2(preparing.ballot(), context, thriftyTargets);
    Leading leading =
        new Leading(
            preparing.ballot(),
            preparing.promises(),
            phase2,
            new Heartbeats(preparing.ballot(), settings.lease(), clock));
    state = leading;
    next = phase2.chosen() + 1;
    chosenNotices.begin();
    election.heard(preparing.ballot());
    values.begin(preparing.ballot());
    beat(leading, out);
  }

  // ---- phase 2 --------------------------------------------------------------------------------

  /**
   * Proposes what waits, tells this member what is chosen, asks for the beats that reads need. What
   * is applied by that may bring new commands: the others are told by the Accept for those, or by
   * {@link #tell}.
   */
  public void flush(Effects out) {
    if (!(state instanceof Leading leading)) {
      return;
    }
    if (!leading.phase2().learned()) {
      stop(out);
      return;
    }
    if (configurations.latest().id() != prepared) {
      // Promises of those who are new, before their slots come.
      retryPrepare(out);
    }
    propose(leading, out);
    long chosen = leading.phase2().chosen();
    chosenNotices.tellOwn(leading.ballot(), chosen, out);
    if (configurations.isKnown(chosen + 1)) {
      read(leading, chosen, out);
    }
    if (configurations.pending() == null && !configurations.current().isProposer(self)) {
      // It may lead no more, and all slots of the configuration it was in are chosen.
      handOver(leading, leading.heartbeats().mostRecent(configurations.current(), self), out);
    }
  }

  private void read(Leading leading, long chosen, Effects out) {
    Configuration configuration = configurations.at(chosen + 1);
    Heartbeats heartbeats = leading.heartbeats();
    pendingReadIndex.use(configuration);
    // Everything that phase 1 brought up must be decided before anything may be read.
    if (pendingReadIndex.isOpen()
        && chosen >= leading.promises().highest()
        && covered(chosen + 1)) {
      pendingReadIndex.answer(heartbeats, chosen, configuration, out);
    }
    heartbeats.flush(configurations.acceptors(), reachable(leading), out);
  }

  private void propose(Leading leading, Effects out) {
    Phase2 phase2 = leading.phase2();
    next = Math.max(next, phase2.chosen() + 1);
    // I1: what lies further ahead may have another configuration. Known is what is applied here,
    // which the votes that this leader has counted may be ahead of.
    while (next <= configurations.known() + configurations.alpha() && covered(next)) {
      if (!log.isChosen(next)) {
        Value value = values.at(next, leading.promises(), phase2.chosen());
        if (value == null) {
          return;
        }
        phase2.propose(next, value, configurations.at(next), out);
        chosenNotices.carried(phase2.chosen(), configurations.at(next));
      } else {
        // Learned, and not applied yet if there is a gap before it.
        values.logTimeReached(log.chosenEntry(next).value().time());
      }
      leading.promises().forget(next);
      next++;
    }
  }

  /**
   * Ends a turn: tells the other learners what is chosen, if no Accept has. Those that were sent
   * none do not have the value either, and are taught it.
   */
  public void tell(Effects out) {
    if (state instanceof Leading leading) {
      chosenNotices.tell(leading.ballot(), leading.phase2().began(), out);
    }
  }

  private void beat(Leading leading, Effects out) {
    beatAt = clock.now() + settings.heartbeat();
    leading.heartbeats().send(configurations.acceptors(), reachable(leading), out);
    thriftyTargets.choose(configuration(), reachable(leading));
    for (String learner : configurations.learners()) {
      if (!configuration().isAcceptor(learner)) {
        // To whom no beat goes.
        out.send(learner, new GroupStatus(leading.ballot(), 0, reachable(leading)));
      }
    }
  }

  // ---- time and endings -----------------------------------------------------------------------

  /**
   * Lets time pass.
   *
   * @param wallClock milliseconds since 1970, to stamp values with
   */
  public void tick(long wallClock, Effects out) {
    values.tick(wallClock);
    election.tick();
    if (state instanceof Leading leading) {
      tick(leading, out);
    } else if (state instanceof Preparing preparing) {
      if (clock.now() >= preparing.until()) {
        state = IDLE;
        election.postpone();
      } else if (clock.now() >= retryAt) {
        retryPrepare(out);
      }
    } else if (!closing && configuration().isProposer(self)) {
      election.canvass(configuration(), out);
    }
  }

  private void tick(Leading leading, Effects out) {
    election.heard(leading.ballot());
    if (!leading.heartbeats().confirmedWithin(settings.electionTimeout())) {
      // Whoever follows may have elected another long ago: no quorum, no leader.
      stop(out);
      return;
    }
    leading.phase2().tick(out);
    if (clock.now() >= beatAt) {
      beat(leading, out);
      chosenNotices.tellAll(leading.ballot(), leading.phase2().chosen(), out);
    }
    if (clock.now() >= retryAt) {
      retryPrepare(out);
    }
  }

  /** Asks on for Promises that are missing; also as a leader, for slots of other configurations. */
  private void retryPrepare(Effects out) {
    retryAt =
        clock.now() + (state instanceof Leading ? settings.electionTimeout() : settings.retry());
    prepared = configurations.latest().id();
    for (String acceptor : configurations.acceptors()) {
      long page = promises().nextPage(acceptor, log.chosen() + 1);
      if (page != Long.MAX_VALUE) {
        out.sendAfter(acceptor, new Prepare(ballot(), page));
      }
    }
  }

  private void nack(Nack nack, Effects out) {
    see(nack.promised());
    if (nack.ballot().equals(ballot()) && ballot().isBelow(nack.promised())) {
      if (state instanceof Leading) {
        stop(out);
      } else {
        state = IDLE;
        election.postpone();
      }
    }
  }

  private void stop(Effects out) {
    Ballot ballot = ballot();
    state = IDLE;
    values.clear();
    pendingReadIndex.clear();
    election.resigned(ballot);
    election.postpone();
    for (String acceptor : configurations.acceptors()) {
      out.send(acceptor, new Resigned(ballot));
    }
  }

  /**
   * Leads no more, and never again: takes no command from now on, and once those it has taken are
   * decided, hands over to another member. To be called until it answers true.
   *
   * @param atOnce hand over even if commands are not decided yet
   */
  public boolean handOver(boolean atOnce, Effects out) {
    closing = true;
    if (state instanceof Leading leading) {
      if (!atOnce && !(values.isEmpty() && leading.phase2().isEmpty())) {
        return false;
      }
      handOver(leading, leading.heartbeats().mostRecent(configuration(), self), out);
    }
    state = IDLE;
    return true;
  }

  /**
   * Lets another member lead.
   *
   * @return false if this one does not lead, or that one is no proposer, or itself
   */
  public boolean transfer(String successor, Effects out) {
    if (!(state instanceof Leading leading)
        || successor.equals(self)
        || !configuration().isProposer(successor)) {
      return false;
    }
    handOver(leading, successor, out);
    return true;
  }

  private void handOver(Leading leading, String successor, Effects out) {
    chosenNotices.tellAll(leading.ballot(), leading.phase2().chosen(), out);
    stop(out);
    if (!successor.isEmpty()) {
      out.send(successor, new TakeOver(leading.ballot()));
    }
  }

  private Configuration configuration() {
    return configurations.current();
  }
}
