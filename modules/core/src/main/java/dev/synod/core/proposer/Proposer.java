package dev.synod.core.proposer;

import dev.synod.core.host.Health;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Accepted;
import dev.synod.core.message.Message.Deadline;
import dev.synod.core.message.Message.GroupStatus;
import dev.synod.core.message.Message.Heartbeat;
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
 * The proposer: it gets values chosen (Lamport, "Paxos Made Simple", sections 2.2 and 3; quorums of
 * Howard, Malkhi and Spiegelman, "Flexible Paxos", 2016). It is idle, or it prepares a ballot
 * (phase 1, once for the whole log), or it leads with the ballot (phase 2, pipelined).
 *
 * <p>A value is a batch of the commands that wait when a slot of the window is free; a single
 * command is proposed immediately.
 */
public final class Proposer {
  private sealed interface State {}

  private record Idle() implements State {}

  /** Phase 1 of {@code ballot}, which is abandoned at {@code until}. */
  private record Preparing(Ballot ballot, Phase1 promises, long until) implements State {}

  /** Phase 2. Late promises still count, for later configurations. */
  private record Leading(Ballot ballot, Phase1 promises, Phase2 phase2, Heartbeats heartbeats)
      implements State {}

  /**
   * A requested transfer of the leadership, which waits for an answer of the successor.
   *
   * @param beat number of the first heartbeat whose answer shows that the successor is up now
   * @param until time at which the request is given up
   */
  private record Succession(String successor, long beat, long until) {}

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
  private @Nullable Succession succession;

  /** Highest ballot that this member knows; its next ballot is higher (I4). */
  private Ballot highest;

  /** Next slot to propose. */
  private long next;

  /** Latest configuration whose acceptors were asked for promises. */
  private long prepared;

  private long retryAt;
  private long beatAt;
  private boolean closing;

  /** Highest slot that this leader knows to be chosen. */
  private long reached;

  /** Time at which {@code reached} rose last, or at which nothing waited to be chosen. */
  private long progressAt;

  /** Acceptors that the last leader heard, as reported to this member, and whether it stalls. */
  private long reachable;

  private boolean leaderStalls;

  /**
   * Creates an idle proposer.
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

  /** Sets the replicated state of this member; called before the first message. */
  public void stateIs(LeaderState state) {
    values.stateIs(state);
  }

  /**
   * Tells whether this member leads: its phase 1 is complete, and it has heard no higher ballot.
   */
  public boolean leads() {
    return state instanceof Leading;
  }

  /** Returns the ballot that this member leads or prepares; {@link Ballot#NONE} if it is idle. */
  public Ballot ballot() {
    return state instanceof Leading leading
        ? leading.ballot()
        : state instanceof Preparing preparing ? preparing.ballot() : Ballot.NONE;
  }

  /**
   * Returns the leader that this member knows, possibly itself; null if there is none. Commands go
   * to it.
   */
  public @Nullable String leader() {
    Ballot leader = leaderBallot();
    return leader.equals(Ballot.NONE) ? null : leader.member();
  }

  /**
   * Returns the ballot of {@link #leader}; {@link Ballot#NONE} if there is none. What a leader was
   * given is lost with its ballot, also if the same member leads again.
   */
  public Ballot leaderBallot() {
    if (state instanceof Leading leading) {
      return leading.ballot();
    }
    Ballot leader = election.leader();
    return leader.member().equals(self) ? Ballot.NONE : leader;
  }

  /** Returns the highest ballot that this member has used or heard. */
  public Ballot highest() {
    return highest;
  }

  /** Returns the number of proposed slots that are not known to be chosen yet. */
  public int inFlight() {
    return state instanceof Leading leading ? leading.phase2().size() : 0;
  }

  /**
   * Returns the next slot that this leader proposes; its proposals for all lower slots have been
   * sent.
   */
  public long next() {
    return next;
  }

  /**
   * Returns the slot of this leader's first own value, a LeaderBegins command; 0 before there is
   * one.
   */
  public long begins() {
    return values.begins();
  }

  /**
   * Returns the slot up to which this leader has told its own learner that every slot is chosen.
   */
  public long announced() {
    return chosenNotices.announced();
  }

  /** Tells whether the group could elect another leader if that member stopped now. */
  public boolean couldElectWithout(String member) {
    QuorumSystem quorums = configuration().quorums();
    int bit = quorums.indexOf(member);
    long rest = bit < 0 ? health().reachable() : health().reachable() & ~(1L << bit);
    return quorums.isQuorum(Phase.ONE, rest)
        && quorums.isQuorum(Phase.TWO, rest)
        && configuration().proposers().stream().anyMatch(other -> !other.equals(member));
  }

  /** Returns the size of the commands that wait for a slot, in bytes. */
  public long waitingBytes() {
    return values.waitingBytes();
  }

  /** Returns the health of the group, as this member knows it. */
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
    Health health =
        new Health(
            leader,
            canCommit && !leader.equals(Ballot.NONE),
            canCommit && quorums.isQuorum(Phase.ONE, set),
            set,
            /* stalled= */ false);
    return health.whileStalled(state instanceof Leading ? isStalled() : leaderStalls);
  }

  /** Tells whether this leader has waited for a chosen slot for long, whatever the reason. */
  private boolean isStalled() {
    return state instanceof Leading leading
        && !(values.isEmpty() && leading.phase2().isEmpty())
        && clock.now() - progressAt >= Health.STALLED_TIMEOUTS * settings.electionTimeout();
  }

  private long reachable(Leading leading) {
    return leading.heartbeats().reachable(configuration(), settings.electionTimeout());
  }

  // ---- what happens ---------------------------------------------------------------------------

  /** Handles a message of a member. */
  public void receive(String from, Message.ToProposer message, Effects out) {
    if (message instanceof Accepted accepted) {
      if (state instanceof Leading leading && accepted.ballot().equals(leading.ballot())) {
        leading.phase2().accepted(from, accepted.slot(), out);
      }
    } else if (message instanceof Submit submit) {
      if (!maySubmit(submit.command())) {
        return;
      }
      // All clients are one source, so that their number cannot fill the memory.
      String source = configurations.isMember(from) ? from : "";
      if (!submit(source, submit.command())) {
        Command command = submit.command();
        out.send(from, new Refused(command.session(), command.sequence(), leads()));
      }
    } else if (message instanceof HeartbeatAck ack) {
      if (state instanceof Leading leading && ack.ballot().equals(leading.ballot())) {
        leading.heartbeats().answered(from, ack, configuration());
        pendingReadIndex.confirm(leading.heartbeats(), out);
        succeed(leading, out);
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
      takeOver(takeOver.ballot(), out);
    } else if (message instanceof Deadline deadline) {
      if (configurations.isMember(from)) {
        values.deadline(from, deadline.time());
      }
    } else {
      throw Message.unhandled(message);
    }
  }

  private static boolean maySubmit(Command command) {
    return command.session() != GroupCommand.NO_SESSION
        || GroupCommand.maySubmit(command.payload());
  }

  /**
   * The leader of that ballot itself requests the election, so no pre-vote is needed. A request
   * that was delayed must not depose a later leader: it counts only if no later ballot is known.
   */
  private void takeOver(Ballot ballot, Effects out) {
    if (ballot.isBelow(highest)) {
      return;
    }
    see(ballot);
    if (state instanceof Idle && !closing && configurations.latest().isProposer(self)) {
      prepare(out);
    }
  }

  /**
   * Queues a command of this member.
   *
   * @return false if this member does not lead, or if the queue has no room for the command
   */
  public boolean submit(Command command) {
    return submit(self, command);
  }

  private boolean submit(String from, Command command) {
    return state instanceof Leading && !closing && values.offer(from, command);
  }

  /**
   * Handles a read index request of a member; the reply follows when the leadership is confirmed.
   */
  public void readIndex(String member, ReadIndex question) {
    if (state instanceof Leading) {
      pendingReadIndex.ask(member, question);
    }
  }

  /** Records that this member heard the leader of this ballot. */
  public void heard(Ballot ballot) {
    see(ballot);
    if (!ballot.equals(ballot())) {
      election.heard(ballot);
    }
  }

  /** Records the acceptors that the leader hears, and {@link Heartbeat#STALLED}. */
  public void reachable(long announced) {
    reachable = announced & ~Heartbeat.STALLED;
    leaderStalls = (announced & Heartbeat.STALLED) != 0;
  }

  /** Advances the log's time to at least this value. */
  public void logTimeReached(long logTime) {
    values.logTimeReached(logTime);
  }

  /**
   * Returns the log's time with which this member would stamp a value, in milliseconds since 1970.
   */
  public long logTime() {
    return values.logTime();
  }

  /** Records that the leader of this ballot has stopped. */
  public void resigned(Ballot ballot) {
    election.resigned(ballot);
  }

  private void see(Ballot ballot) {
    if (highest.isBelow(ballot)) {
      highest = ballot;
    }
  }

  // ---- phase 1 --------------------------------------------------------------------------------

  /** Returns a ballot above every ballot that this member has used, promised or heard. */
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
      // The message follows the record, so that this ballot is never used twice (I4).
      out.sendAfter(acceptor, new Prepare(ballot, log.chosen() + 1));
    }
  }

  private void promised(String from, Promise promise, Effects out) {
    if (state instanceof Idle || !promise.ballot().equals(ballot())) {
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

  /**
   * Returns the promises of the ballot that this member prepares or leads; not called when idle.
   */
  private Phase1 promises() {
    if (state instanceof Preparing preparing) {
      return preparing.promises();
    }
    return ((Leading) state).promises();
  }

  /**
   * Tells whether a phase-1 quorum of the slot's configuration has promised and covers the slot
   * (I2).
   */
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
    succession = null;
    next = phase2.chosen() + 1;
    reached = phase2.chosen();
    progressAt = clock.now();
    chosenNotices.begin();
    election.heard(preparing.ballot());
    values.begin(preparing.ballot());
    beat(leading, out);
  }

  // ---- phase 2 --------------------------------------------------------------------------------

  /**
   * Proposes waiting commands, tells this member's learner which slots are chosen, and requests the
   * heartbeats that reads need. Applied commands may cause new commands: the other members learn of
   * the chosen slots from the Accepts of those, or from {@link #tell}.
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
      // New acceptors are asked for promises before their slots are reached.
      retryPrepare(out);
    }
    propose(leading, out);
    long chosen = leading.phase2().chosen();
    if (chosen > reached || (values.isEmpty() && leading.phase2().isEmpty())) {
      reached = chosen;
      progressAt = clock.now();
    }
    chosenNotices.tellOwn(leading.ballot(), chosen, out);
    if (configurations.isKnown(chosen + 1)) {
      read(leading, chosen, out);
    }
    if (configurations.pending() == null && !configurations.current().isProposer(self)) {
      // This member is no proposer any more, and all slots of its last configuration are chosen.
      handOver(leading, leading.heartbeats().mostRecent(configurations.current(), self), out);
    }
  }

  private void read(Leading leading, long chosen, Effects out) {
    Configuration configuration = configurations.at(chosen + 1);
    Heartbeats heartbeats = leading.heartbeats();
    pendingReadIndex.use(configuration);
    // Everything that phase 1 brought up must be decided before anything may be read. So must the
    // first own value, whose time may pass deadlines, and the state must show what is due.
    if (pendingReadIndex.isOpen()
        && chosen >= leading.promises().highest()
        && values.hasBegun(chosen)
        && covered(chosen + 1)) {
      pendingReadIndex.answer(heartbeats, chosen, values.due(next), configuration, out);
    }
    if (heartbeats.isDue()) {
      heartbeats.send(configurations.acceptors(), health().announced(), out);
    }
  }

  private void propose(Leading leading, Effects out) {
    Phase2 phase2 = leading.phase2();
    next = Math.max(next, phase2.chosen() + 1);
    // I1: slots further ahead may have another configuration. Only applied slots count here, and
    // the counted votes may be ahead of them.
    while (next <= configurations.known() + configurations.alpha() && covered(next)) {
      if (!log.isChosen(next)) {
        Value value = values.at(next, leading.promises(), phase2.chosen());
        if (value == null) {
          return;
        }
        phase2.propose(next, value, configurations.at(next), out);
        chosenNotices.carried(phase2.chosen(), configurations.at(next));
      } else {
        // The slot was learned; it is not applied yet if a gap precedes it.
        values.logTimeReached(log.chosenEntry(next).value().time());
      }
      leading.promises().forget(next);
      next++;
    }
  }

  /**
   * Ends a turn: notifies the other learners of chosen slots, unless an Accept did. Learners
   * without the Accept lack the value and are taught it.
   */
  public void tell(Effects out) {
    if (state instanceof Leading leading) {
      chosenNotices.tell(leading.ballot(), leading.phase2().began(), out);
    }
  }

  /** Tells whether {@link #tell} would send a notice. */
  public boolean owesNotice() {
    return state instanceof Leading && chosenNotices.isDue();
  }

  private void beat(Leading leading, Effects out) {
    beatAt = clock.now() + settings.heartbeat();
    leading.heartbeats().send(configurations.acceptors(), health().announced(), out);
    thriftyTargets.choose(configuration(), reachable(leading));
    for (String learner : configurations.learners()) {
      if (!configuration().isAcceptor(learner)) {
        // These learners receive no heartbeat.
        out.send(learner, new GroupStatus(leading.ballot(), 0, health().announced()));
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
      // The acceptors may have elected another leader long ago: without a quorum, no leader.
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
    succeed(leading, out);
  }

  /**
   * Repeats the request for missing promises; a leader does so for the slots of later
   * configurations.
   */
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
    succession = null;
    values.clear();
    pendingReadIndex.clear();
    election.resigned(ballot);
    election.postpone();
    for (String acceptor : configurations.acceptors()) {
      out.send(acceptor, new Resigned(ballot));
    }
  }

  /**
   * Ends the leadership permanently: this proposer takes no further command, and it transfers the
   * leadership when its commands are chosen. The host repeats the call until it returns true.
   *
   * @param atOnce whether to transfer the leadership before the commands are chosen
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
   * Transfers the leadership to another member, once that member has answered a heartbeat that was
   * sent after this call. A successor that stays silent for an election timeout changes nothing, so
   * that a frozen member does not leave the group without a leader. A successor that is no acceptor
   * answers no heartbeats and is asked at once.
   *
   * @return false if this member does not lead, or if the successor is no proposer or this member
   *     itself
   */
  public boolean transfer(String successor, Effects out) {
    if (!(state instanceof Leading leading)
        || successor.equals(self)
        || !configuration().isProposer(successor)) {
      return false;
    }
    if (configurations.acceptors().contains(successor)) {
      if (succession == null || !succession.successor().equals(successor)) {
        succession =
            new Succession(
                successor,
                leading.heartbeats().nextBeat(),
                clock.now() + settings.electionTimeout());
      }
    } else {
      handOver(leading, successor, out);
    }
    return true;
  }

  /** Hands over to the requested successor once it has answered, or gives the request up. */
  private void succeed(Leading leading, Effects out) {
    Succession wish = succession;
    if (wish == null) {
      return;
    } else if (!configuration().isProposer(wish.successor()) || clock.now() >= wish.until()) {
      succession = null;
    } else if (leading.heartbeats().answered(wish.successor()) >= wish.beat()) {
      handOver(leading, wish.successor(), out);
    }
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
