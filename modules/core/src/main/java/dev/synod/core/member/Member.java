package dev.synod.core.member;

import dev.synod.core.CommandFailed;
import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.host.Health;
import dev.synod.core.host.Host;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.paxos.Acceptor;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.Learner;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.core.replica.ClientSession;
import dev.synod.core.replica.Replica;
import dev.synod.core.replica.StateHashCheck;
import dev.synod.core.replica.Witness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group: an acceptor, a proposer and a learner that share a log, a replica of the
 * state machine, and the session of the member's callers. This class only connects them; messages
 * between the roles of one member are passed by reference and never reach the network.
 *
 * <p>A client of the group consists of the same parts. It is in no configuration, so that no member
 * asks it to promise, accept or lead, and it has no state that must survive. It learns chosen
 * values from a member that it {@linkplain Message.Follow follows}.
 *
 * <p>Not thread-safe. The host calls {@link #start} once, then any other method, and {@link #flush}
 * at the end of each turn, after all messages that have arrived were handled, so that commands
 * which arrived together share a slot.
 */
public final class Member {
  /** Maximum number of compacted entries that each tick removes from memory. */
  private static final int SWEPT = 10_000;

  private final String self;
  private final Host host;
  private final MemberContext context;
  private final MemberClock clock;
  private final Settings settings;
  private final SlotLog log;
  private final Acceptor acceptor;
  private final Election election;
  private final Proposer proposer;
  private final Learner learner;
  private final Replica replica;
  private final ClientSession session;
  private final SnapshotFiles snapshotFiles;
  private final SnapshotSource snapshotSource;
  private final SnapshotFetch snapshotFetch;
  private final SnapshotManager snapshotManager;
  private final DeadlineReport deadlineReport;
  private final StateHashCheck stateHashCheck;
  private final Configurations configurations;
  private final Followers followers;
  private final Admission admission;
  private final MemberKind kind;
  private final Joining joining;

  /** Founding of the group; null if this member is no founder or its log holds a group. */
  private final @Nullable Founding founding;

  private final Reconfiguration reconfiguration;
  private final Retirement retirement;
  private final PeerIdentities peerIdentities;
  private final Inside effects;

  /** Number of this member's commands that had ended at the last flush. */
  private long ended;

  private boolean owesNotice;

  /**
   * The parts of a member.
   *
   * @param self name of the member
   * @param configurations configurations of this member, initialized with the first one or {@link
   *     Configurations#uninitialized}
   * @param foundation group that this member is to found, if its configurations are not
   *     initialized; null for a member that joins, and for a client
   * @param contacts members that a joining member asks first
   * @param settings sizes and times
   * @param recovered contents of the log
   * @param incarnationHistory incarnations of the store of {@code recovered}
   * @param machine state machine; not used by a {@link MemberKind#WITNESS}
   * @param kind kind of the member
   * @param maxClients maximum number of clients that may follow this member; 0 accepts none
   */
  public record Setup(
      String self,
      Configurations configurations,
      @Nullable Foundation foundation,
      List<String> contacts,
      Settings settings,
      Recovered recovered,
      IncarnationHistory incarnationHistory,
      StateMachine machine,
      MemberKind kind,
      int maxClients) {
    /** A client that has these contacts. */
    public static Setup client(
        String self,
        List<String> contacts,
        Settings settings,
        IncarnationHistory incarnationHistory,
        StateMachine machine) {
      return new Setup(
          self,
          Configurations.uninitialized(),
          null,
          contacts,
          settings,
          Recovered.NOTHING,
          incarnationHistory,
          machine,
          MemberKind.CLIENT,
          /* maxClients= */ 0);
    }
  }

  /**
   * Creates a member that continues its log.
   *
   * @param unique random number from which this member's requests are numbered, so that a reply to
   *     another member or to an earlier incarnation matches no request of this one
   * @param random returns a number from 0 to below its argument
   * @param now milliseconds of the host's monotonic clock, more than 0
   * @param wallClock milliseconds since 1970
   */
  public Member(
      Setup setup, long unique, LongUnaryOperator random, long now, long wallClock, Host host) {
    this.self = setup.self();
    this.host = host;
    effects = new Inside(self, host);
    this.settings = setup.settings();
    Recovered recovered = setup.recovered();
    // Learned slots are excluded: this acceptor has not promised them, and the next compaction
    // removes them.
    Ballot promised = recovered.promised();
    log = new SlotLog(recovered);
    configurations = setup.configurations();
    kind = setup.kind();
    boolean client = kind == MemberKind.CLIENT;
    clock = new MemberClock(now, wallClock);
    context = new MemberContext(self, log, configurations, setup.settings(), clock);
    peerIdentities =
        new PeerIdentities(
            context, setup.incarnationHistory(), recovered.past(), client, random, host);
    Incarnation incarnation = setup.incarnationHistory().incarnation();
    joining = new Joining(context, incarnation.token(), setup.contacts(), peerIdentities);
    Foundation foundation = setup.foundation();
    founding =
        foundation == null || configurations.isInitialized()
            ? null
            : new Founding(
                context,
                incarnation,
                foundation,
                recovered.past().pledgedTo(),
                peerIdentities,
                host);
    retirement = new Retirement(context, host);
    acceptor = new Acceptor(context, promised, recovered.longestLease());
    election = new Election(settings, random, clock);
    proposer = new Proposer(context, election, max(promised, recovered.campaigned()));
    followers = new Followers(context, setup.maxClients());
    learner = new Learner(context, client ? setup.contacts() : List.of(), client);
    session = new ClientSession(unique, context, proposer, host);
    reconfiguration = new Reconfiguration(context, proposer, random, host);
    StateMachine machine = kind == MemberKind.WITNESS ? new Witness() : setup.machine();
    replica = new Replica(machine, configurations, new TreeSet<>(recovered.skipped()), new Heard());
    proposer.stateIs(replica);
    deadlineReport = new DeadlineReport(context, replica, proposer);
    stateHashCheck = new StateHashCheck(self, configurations);
    snapshotFiles = host.snapshots();
    snapshotSource = new SnapshotSource(context, replica, snapshotFiles, kind == MemberKind.MEMBER);
    snapshotFetch = new SnapshotFetch(context, snapshotFiles);
    snapshotManager =
        new SnapshotManager(
            context,
            kind,
            replica,
            learner,
            proposer,
            session,
            stateHashCheck,
            snapshotFiles,
            snapshotSource,
            snapshotFetch);
    admission = new Admission(configurations, followers, learner);
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }

  /**
   * Restores the state from the member's own snapshot, before {@link #start}. Without this call a
   * member with a compacted log fetches another member's snapshot; its promises and accepted values
   * are in the log. For a joining member whose log names no epoch, the snapshot became durable
   * before the log did; it is dropped, and the member joins again. A snapshot below the floor of
   * the log lacks slots that the log does not hold, and is dropped too.
   *
   * @throws IOException if the bytes cannot be read or have another version
   */
  public void restore(Snapshot snapshot, InputStream bytes) throws IOException {
    if (configurations.isInitialized() && snapshot.slot() >= log.floor()) {
      snapshotManager.install(snapshot, snapshotManager.prepare(snapshot, bytes), effects);
    } else {
      snapshotFiles.drop(snapshot);
    }
  }

  /** Applies the slots that the log knows to be chosen. A founder of a group of one founds it. */
  public void start() {
    if (founding != null) {
      founding.start(effects);
    }
    learner.start(effects);
  }

  /**
   * Tells whether messages of this incarnation and epoch of a member may have an effect. The host
   * calls it before {@link #admits} and {@link #receive}. For an unchanged incarnation and epoch
   * the call costs one map lookup.
   */
  public boolean acceptsSender(String from, Incarnation incarnation, Epoch epoch) {
    return !isOver() && peerIdentities.acceptsSender(from, incarnation, epoch, effects);
  }

  /**
   * Handles a message that {@link #acceptsSender} has just refused. Its sender may send and answer
   * identity challenges, and it is told why it is refused, unless it refuses this member.
   */
  public void receiveUnverified(String from, Incarnation incarnation, Message message) {
    if (!isOver()) {
      peerIdentities.receiveUnverified(from, incarnation, message, effects);
    }
  }

  /** Returns the latest accepted incarnation of a member; null if there is none. */
  public @Nullable Incarnation known(String member) {
    return peerIdentities.known(member);
  }

  /** Returns the epoch of this member; {@link Epoch#UNBORN} until it knows its group. */
  public Epoch epoch() {
    return peerIdentities.epoch();
  }

  /** Tells whether this member has left, was excluded, or cannot found its group. */
  private boolean isOver() {
    return retirement.isOver()
        || peerIdentities.isBarred()
        || (founding != null && founding.isOver());
  }

  /** Returns the founding of the group that this member waits for; null if it waits for none. */
  public @Nullable FoundingProgress founding() {
    return founding == null || configurations.isInitialized() ? null : founding.progress();
  }

  /**
   * Tells whether this member handles this message of an accepted sender. Members of open
   * configurations may send every message. A former member has no leader's or acceptor's part any
   * more, but it may announce its end, learn what it needs to stop, and finish its callers'
   * requests. An unknown name may be a client, or a member that was added while this one was away;
   * this member then asks it for the missing slots.
   */
  public boolean admits(String from, Message message) {
    return admission.admits(from, message, effects);
  }

  /** Handles a message; {@code from} may be this member. */
  public void receive(String from, Message message) {
    if (isOver()) {
      return;
    }
    if (!configurations.isInitialized()) {
      if (message instanceof Message.OfIdentity ofIdentity) {
        peerIdentities.receive(from, ofIdentity, effects);
      }
      if (isOver()) {
        return;
      }
      if (founding != null) {
        founding.receive(from, message, effects);
      } else {
        joining.receive(from, message, effects);
      }
      return;
    }
    if (message instanceof Message.DurableSlotReply durableSlotReply) {
      retirement.kept(from, durableSlotReply, effects);
      reconfiguration.kept(from, durableSlotReply);
    } else if (message instanceof Message.ToAcceptor toAcceptor) {
      acceptor.receive(from, toAcceptor, effects);
      if (message instanceof Message.Accept accept && accept.chosen() > log.chosen()) {
        learner.receive(from, new Message.Chosen(accept.ballot(), accept.chosen()), effects);
      }
    } else if (message instanceof Message.Refused refused) {
      session.refused(refused.session(), refused.sequence());
    } else if (message instanceof Message.ReadIndexReply reply) {
      session.readIndex(reply, replica.applied());
    } else if (message instanceof Message.ToLearner toLearner) {
      learn(from, toLearner);
    } else if (message instanceof Message.ToProposer toProposer) {
      if (!learner.isStateLost()) {
        proposer.receive(from, toProposer, effects);
      }
    } else {
      throw Message.unhandled(message);
    }
  }

  private void learn(String from, Message.ToLearner message) {
    if (message instanceof Message.StateHash hash) {
      stateHashCheck.heard(from, hash, effects);
    } else if (message instanceof Message.Chunk chunk) {
      snapshotFetch.arrived(chunk);
    } else if (message instanceof Message.Fetch fetch) {
      snapshotSource.fetch(from, fetch, effects);
    } else if (message instanceof Message.Offer offer) {
      snapshotManager.offered(from, offer.snapshot(), effects);
    } else if (message instanceof Message.WantSnapshot want) {
      snapshotSource.offer(from, want.atLeast(), effects);
    } else if (message instanceof Message.Follow follow) {
      snapshotSource.learns(from, follow.from());
      followers.follow(from, follow.from(), effects);
    } else if (message instanceof Message.OfIdentity ofIdentity) {
      peerIdentities.receive(from, ofIdentity, effects);
    } else if (message instanceof Message.Join join) {
      welcome(from, join.token());
    } else if (message instanceof Message.Founding word) {
      welcome(from, word.founder().token());
    } else if (!(message instanceof Message.Welcome)) {
      // A Welcome is one more answer of those that were asked: this member knows its group.
      if (message instanceof Message.Learn learn) {
        snapshotSource.learns(from, learn.from());
      }
      learner.receive(from, message, effects);
    }
  }

  /**
   * Answers after the birth is durable here, because the receiver relies on it. A client does not
   * answer, because it knows no process of any member.
   */
  private void welcome(String newcomer, long token) {
    if (kind != MemberKind.CLIENT) {
      effects.sendAfter(newcomer, peerIdentities.welcome(token));
    }
  }

  /**
   * Sets the time, on which leases rest. The host calls it before messages are handled, with a
   * clock that was read after their arrival, and before {@link #flush}. An earlier time would end a
   * promise too early or extend a granted lease.
   *
   * <p>A sleep of the machine must show too, before anything is answered: its monotonic clock
   * stands still meanwhile, and its wall clock does not.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970, read at the same moment
   */
  public void time(long now, long wallClock) {
    clock.set(now, wallClock);
  }

  /**
   * Advances the time; called about every ten milliseconds.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970
   */
  public void tick(long now, long wallClock) {
    time(now, wallClock);
    // Requests end in time even at a member that knows no group yet or has left it.
    session.tick(effects);
    if (isOver()) {
      return;
    }
    peerIdentities.tick(effects);
    if (!configurations.isInitialized()) {
      if (founding != null) {
        founding.tick(effects);
      } else {
        joining.tick(effects);
      }
      return;
    }
    session.keep(effects);
    learner.tick(effects);
    if (!learner.isStateLost()) {
      proposer.tick(wallClock, effects);
    }
    reconfiguration.tick(effects);
    retirement.tick(effects);
    snapshotManager.fetch(effects);
    if (kind == MemberKind.CLIENT) {
      // No member learns from a client, and a client starts without state each time.
      log.cut(learner.delivered());
    } else {
      checkKind();
      if (kind == MemberKind.MEMBER) {
        deadlineReport.tick(effects);
      }
      snapshotManager.take(effects);
      stateHashCheck.tick(effects);
      followers.tick(proposer, effects);
    }
    log.sweep(SWEPT);
  }

  /**
   * Verifies that the group and the host agree on whether this member has a state machine, because
   * other members rely on it.
   */
  private void checkKind() {
    Configuration used = configurations.current();
    if (used.learners().contains(self) && used.isWitness(self) != (kind == MemberKind.WITNESS)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "member %s %s, and the group has it with the roles %s: start it with the same",
              self,
              kind == MemberKind.WITNESS
                  ? "was started without the role of a learner"
                  : "was started as a learner",
              used.roles(self)));
    }
  }

  // ---- snapshots ------------------------------------------------------------------------------

  /** Requests a snapshot in the next tick, if a command was applied since the last one. */
  public void wantSnapshot() {
    snapshotSource.want();
  }

  /** Completes {@link SnapshotFiles#take}. */
  public void snapshotTaken(Snapshot snapshot) {
    snapshotSource.taken(snapshot, effects);
  }

  /**
   * Completes {@link SnapshotFiles#read}.
   *
   * @param bytes requested bytes; empty if the snapshot is gone or damaged
   */
  public void chunkRead(String forMember, Snapshot snapshot, long offset, byte[] bytes) {
    snapshotSource.read(forMember, snapshot, offset, bytes, effects);
  }

  /** Completes {@link SnapshotFiles#write}. */
  public void chunkWritten(Snapshot snapshot, long offset) {
    snapshotFetch.written(snapshot, offset, effects);
  }

  /**
   * Completes {@link SnapshotFiles#install} for a snapshot whose bytes do not match its length and
   * checksum.
   */
  public void snapshotDamaged(Snapshot snapshot) {
    snapshotFetch.ended();
  }

  /**
   * Reads the state of a snapshot without changing the current state; called on any thread.
   *
   * @return action for {@link #snapshotReady}
   * @throws IOException if the bytes are no state or have another version
   */
  public Runnable prepare(Snapshot snapshot, InputStream bytes) throws IOException {
    return snapshotManager.prepare(snapshot, bytes);
  }

  /**
   * Completes {@link SnapshotFiles#install} for a snapshot that is durable and read.
   *
   * @param state result of {@link #prepare}
   */
  public void snapshotReady(Snapshot snapshot, Runnable state) {
    snapshotManager.ready(snapshot, state, effects);
  }

  /** Ends a turn. */
  public void flush() {
    do {
      for (Message own = effects.nextOwn(); own != null; own = effects.nextOwn()) {
        receive(self, own);
      }
      if (!retirement.isOver()) {
        session.flush(replica.applied(), effects);
      }
      proposer.flush(effects);
    } while (effects.hasOwn());
    // The caller of a command that has ended may submit the next one in its callback. The Accept of
    // that command carries what is chosen, so the notice to the followers waits for one turn.
    owesNotice = !owesNotice && session.ended() > ended && proposer.owesNotice();
    ended = session.ended();
    if (!owesNotice) {
      proposer.tell(effects);
    }
    followers.flush(effects);
  }

  /**
   * Tells whether a notice to the followers waits for the next turn. The host ends that turn once
   * the callbacks of the ended commands have run.
   */
  public boolean owesNotice() {
    return owesNotice;
  }

  /**
   * Submits a command.
   *
   * @param payload bytes of the command, which must not be written to any more
   * @return sequence number for {@link Host#complete}; 0 if the window is full and the command was
   *     refused
   */
  public long submit(byte[] payload) {
    return session.submit(payload);
  }

  /**
   * Requests a read.
   *
   * @return number for {@link Host#completeReads}; 0 if too many reads wait and the read was
   *     refused
   */
  public long read(ReadLevel level) {
    return session.read(level);
  }

  /** Queries this member's state machine in its current state. */
  public byte[] query(ByteBuffer question) {
    return replica.query(question);
  }

  /**
   * Requests a change of members or quorums.
   *
   * @param next new configuration; its number is ignored
   * @param forced whether to skip the check that the new quorums are reachable
   * @return number for {@link Host#completeChange}; 0 if another change of this member is in
   *     progress
   */
  public long change(Configuration next, boolean forced) {
    return reconfiguration.start(next, forced);
  }

  /**
   * Makes this member the whole group without asking a quorum; see {@link ForcedConfiguration}. The
   * member has been started, is not hosted, and has no {@link #obstacleToForce}.
   *
   * @return configuration that is now in use
   */
  public Configuration forceAlone() {
    return forced().make();
  }

  /**
   * Returns the reason why {@link #forceAlone} is impossible, as a phrase that follows the member's
   * name; empty if it is possible.
   */
  public String obstacleToForce() {
    return forced().obstacle();
  }

  /**
   * Records that no member of the group applies this command, on which {@link #start} of this
   * member or of another one has ended with {@link CommandFailed}. The host makes the record
   * durable, and gives up this member.
   */
  public void skip(SkippedCommand command) {
    effects.append(new LogRecord.Skipped(command));
  }

  private ForcedConfiguration forced() {
    Ballot ballot = proposer.nextBallot();
    return new ForcedConfiguration(context, learner, peerIdentities, ballot, effects);
  }

  /**
   * Asks the leader to transfer the leadership to that member.
   *
   * @return false if no leader is known, or if that member is no proposer; nothing was sent then
   */
  public boolean transfer(String successor) {
    String leader = proposer.leader();
    if (leader == null || !configurations.current().isProposer(successor)) {
      return false;
    }
    effects.send(leader, new Message.Transfer(successor));
    return true;
  }

  /** Sets members that this client may follow, besides those that it knows. */
  public void contacts(List<String> names) {
    joining.contacts(names);
    learner.contacts(names);
  }

  /** Tells whether this is a client. */
  public boolean isClient() {
    return kind == MemberKind.CLIENT;
  }

  /** Tells whether the client follows this member. */
  public boolean isFollowedBy(String name) {
    return followers.isKnown(name);
  }

  /** Tells whether this member knows its group, which a joining member finds out first. */
  public boolean isInitialized() {
    return configurations.isInitialized();
  }

  /**
   * Tells whether the log starts above the current state: the snapshot was lost, and another
   * member's is being fetched. Until then this member keeps its promises and votes, but it does not
   * know the current configuration, so it neither leads nor starts an election.
   */
  public boolean isStateLost() {
    return learner.isStateLost();
  }

  /** Returns the configurations, for reading. */
  public Configurations configurations() {
    return configurations;
  }

  /** Ends the leadership permanently; see {@link Proposer#handOver}. */
  public boolean handOver(boolean atOnce) {
    session.close(effects);
    return proposer.handOver(atOnce, effects);
  }

  /** Returns the health of the group, as this member knows it. */
  public Health health() {
    return configurations.isInitialized() && !learner.isStateLost()
        ? proposer.health().whileStalled(session.isStalled())
        : new Health(Ballot.NONE, false, false, 0, /* stalled= */ false);
  }

  /** Returns the acceptor. */
  public Acceptor acceptor() {
    return acceptor;
  }

  /** Returns the proposer. */
  public Proposer proposer() {
    return proposer;
  }

  /** Returns the learner. */
  public Learner learner() {
    return learner;
  }

  /** Returns the log, for reading. */
  public SlotLog log() {
    return log;
  }

  /** Returns the replica, for reading. */
  public Replica replica() {
    return replica;
  }

  /** Returns the newest durable snapshot; null if there is none. */
  public @Nullable Snapshot snapshot() {
    return snapshotSource.newest();
  }

  /** Returns the snapshot that is being fetched from another member; null if there is none. */
  public @Nullable Snapshot fetching() {
    return snapshotFetch.fetching();
  }

  /** Returns the session of this member's callers, for reading. */
  public ClientSession session() {
    return session;
  }

  private final class Heard implements Replica.Listener {
    @Override
    public void applied(long of, long sequence, Outcome outcome) {
      if (of == GroupCommand.NO_SESSION) {
        reconfiguration.applied(sequence, outcome);
      } else {
        session.applied(of, sequence, outcome);
      }
    }

    @Override
    public void opened(long number, long id) {
      session.opened(number, id);
    }

    @Override
    public void heard(long of) {
      session.heard(of);
    }

    @Override
    public void ended(long of) {
      session.ended(of);
    }

    @Override
    public void threw(long slot, RuntimeException thrown) {
      host.threw(slot, thrown);
    }
  }

  /** The effects that the roles have on each other. */
  private final class Inside extends HostEffects {
    Inside(String self, Host host) {
      super(self, host);
    }

    @Override
    public void deliver(Entry entry) {
      replica.apply(entry);
      if (kind == MemberKind.MEMBER && entry.slot() % settings.compaction().marker() == 0) {
        stateHashCheck.reached(entry.slot(), replica.hash(), this);
      }
      proposer.logTimeReached(replica.time());
      session.applied(replica.applied());
    }

    @Override
    public void needsSnapshot(String member) {
      snapshotSource.offer(member, log.floor(), this);
    }

    @Override
    public void peerProgress(String member, long chosen) {
      learner.peerProgress(member, chosen, this);
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
