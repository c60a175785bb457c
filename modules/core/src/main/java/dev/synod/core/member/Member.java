package dev.synod.core.member;

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
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.Message;
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
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group: an acceptor, a proposer and a learner that share a log, a replica of the
 * state machine, and the session of the member's callers. It only connects them; what they say to
 * each other inside a member is passed by reference and never travels.
 *
 * <p>A client of the group is made of the same parts: it is in no configuration, so nobody asks it
 * to promise, to accept or to lead, and it has nothing that must outlive it. What is chosen it
 * hears from a member that it {@linkplain Message.Follow follows}.
 *
 * <p>One thread at a time. A host calls {@link #start} once, then any of the others, and {@link
 * #flush} when a turn ends: after all messages that have arrived were handled, so that what came
 * together is decided together.
 */
public final class Member {
  /** Compacted entries that leave the memory at each tick. */
  private static final int SWEPT = 10_000;

  private final String self;
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
  private final StateHashCheck stateHashCheck;
  private final Configurations configurations;
  private final Followers followers;
  private final Admission admission;
  private final MemberKind kind;
  private final Joining joining;
  private final Reconfiguration reconfiguration;
  private final Retirement retirement;
  private final PeerIdentities peerIdentities;
  private final Inside effects;

  /**
   * What a member is made of.
   *
   * @param configurations as the group was born, or {@link Configurations#uninitialized}; this
   *     member's own
   * @param contacts members that one that joins asks first
   * @param incarnationHistory of the store that {@code recovered} comes from
   * @param machine not used by a {@link MemberKind#WITNESS}
   * @param kind how it takes part
   * @param maxClients how many clients may follow this member at once; 0: none is let in
   */
  public record Setup(
      String self,
      Configurations configurations,
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
   * A member that goes on where its log ends.
   *
   * @param unique drawn at random: what this member asks for is numbered from there, so that no
   *     answer to another member, or to an earlier life of this one, is taken for one to it
   * @param random gives a number from 0 to below its argument
   * @param now milliseconds of the host's monotonic clock, more than 0
   */
  public Member(Setup setup, long unique, LongUnaryOperator random, long now, Host host) {
    this.self = setup.self();
    effects = new Inside(self, host);
    this.settings = setup.settings();
    Recovered recovered = setup.recovered();
    // Not what was learned: nobody has promised that here, and it goes with the next cut.
    Ballot promised = recovered.promised();
    log = new SlotLog(recovered);
    configurations = setup.configurations();
    kind = setup.kind();
    boolean client = kind == MemberKind.CLIENT;
    clock = new MemberClock(now);
    context = new MemberContext(self, log, configurations, setup.settings(), clock);
    peerIdentities =
        new PeerIdentities(
            context, setup.incarnationHistory(), recovered.past(), client, random, host);
    joining = new Joining(context, setup.contacts(), peerIdentities);
    retirement = new Retirement(context, host);
    acceptor = new Acceptor(log, promised, settings, clock);
    election = new Election(settings, random, clock);
    proposer = new Proposer(context, election, max(promised, recovered.campaigned()));
    followers = new Followers(context, setup.maxClients());
    learner = new Learner(context, client ? setup.contacts() : List.of(), client);
    session = new ClientSession(unique, context, proposer, host);
    reconfiguration = new Reconfiguration(context, proposer, random, host);
    StateMachine machine = kind == MemberKind.WITNESS ? new Witness() : setup.machine();
    replica = new Replica(machine, configurations, new Heard());
    stateHashCheck = new StateHashCheck(self, configurations);
    snapshotFiles = host.snapshots();
    snapshotSource =
        new SnapshotSource(
            context, replica, peerIdentities, snapshotFiles, kind == MemberKind.MEMBER);
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
            peerIdentities,
            snapshotFiles,
            snapshotSource,
            snapshotFetch);
    admission = new Admission(configurations, followers, learner);
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }

  /**
   * Takes over the state of the member's own snapshot, before {@link #start}. Without one a member
   * whose log is cut fetches another's: its promises and what it accepted are in the log. One that
   * joins, and whose log does not say in which epoch, has a snapshot that was durable before that
   * was: it is dropped, and the member joins anew.
   *
   * @param snapshot reaches the floor of the log at least
   * @throws IOException if its bytes cannot be read, or are those of another version
   */
  public void restore(Snapshot snapshot, InputStream bytes) throws IOException {
    if (configurations.isInitialized()) {
      snapshotManager.install(snapshot, snapshotManager.prepare(snapshot, bytes), effects);
    } else {
      snapshotFiles.drop(snapshot);
    }
  }

  /** Applies what the log knew to be chosen. */
  public void start() {
    learner.start(effects);
  }

  /**
   * Whether what is said by this life of that member, in that epoch, may have any effect here; to
   * be asked before anything of it is handed to {@link #admits} or {@link #receive}. The same life
   * and epoch cost a look at the name.
   */
  public boolean acceptsSender(String from, Incarnation incarnation, Epoch epoch) {
    return !isOver() && peerIdentities.acceptsSender(from, incarnation, epoch, effects);
  }

  /**
   * A message of a life that {@link #acceptsSender} has just not heard: it may ask who this is, and
   * show who it is; and it is told why it is refused, unless it says no more than that of this
   * member.
   */
  public void receiveUnverified(String from, Incarnation incarnation, Message message) {
    if (!isOver()) {
      peerIdentities.receiveUnverified(from, incarnation, message, effects);
    }
  }

  /** The latest life that was heard under that member's name; null if none was. */
  public @Nullable Incarnation known(String member) {
    return peerIdentities.known(member);
  }

  /** The epoch in which this member lives; {@link Epoch#UNBORN} until it knows its group. */
  public Epoch epoch() {
    return peerIdentities.epoch();
  }

  /** Whether this member has left, or was told that it may not take part. */
  private boolean isOver() {
    return retirement.isOver() || peerIdentities.isBarred();
  }

  /**
   * Whether this member listens to this message of that one. To members of open configurations
   * always. Who has left has no leader's or acceptor's part any more, but may say farewell, learn
   * what it needs to stop, and finish what its callers have begun. A name that is not known may be
   * that of a client, or of a member that came while this one was away: this member asks it for
   * what it missed.
   */
  public boolean admits(String from, Message message) {
    return admission.admits(from, message, effects);
  }

  /** Handles a message; {@code from} may be the member itself. */
  public void receive(String from, Message message) {
    if (isOver()) {
      return;
    }
    if (!configurations.isInitialized()) {
      if (message instanceof Message.OfIdentity ofIdentity) {
        peerIdentities.receive(from, ofIdentity, effects);
      }
      joining.receive(from, message, effects);
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
      snapshotSource.learns(follow.from());
      followers.follow(from, follow.from(), effects);
    } else if (message instanceof Message.OfIdentity ofIdentity) {
      peerIdentities.receive(from, ofIdentity, effects);
    } else if (message instanceof Message.Join) {
      effects.send(
          from,
          new Message.Welcome(
              configurations.alpha(),
              configurations.initialConfiguration(),
              peerIdentities.epoch()));
    } else if (!(message instanceof Message.Welcome)) {
      // A Welcome is one more answer of those that were asked: this member knows its group.
      if (message instanceof Message.Learn learn) {
        snapshotSource.learns(learn.from());
      }
      learner.receive(from, message, effects);
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
    clock.set(now);
  }

  /**
   * Lets time pass; called every ten milliseconds or so.
   *
   * @param now milliseconds of the host's monotonic clock
   * @param wallClock milliseconds since 1970
   */
  public void tick(long now, long wallClock) {
    time(now);
    // Also of a member that knows no group yet, or has left it: a caller is answered in time.
    session.tick(effects);
    if (isOver()) {
      return;
    }
    peerIdentities.tick(effects);
    if (!configurations.isInitialized()) {
      joining.tick(effects);
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
      // Nobody learns from a client, and it starts anew each time.
      log.cut(learner.delivered());
    } else {
      checkKind();
      snapshotManager.take(effects);
      stateHashCheck.tick(effects);
      followers.tick(proposer, effects);
    }
    log.sweep(SWEPT);
  }

  /** Whether it has a state machine is for its host to say, and what others count on as well. */
  private void checkKind() {
    Configuration used = configurations.current();
    if (used.learners().contains(self) && used.isWitness(self) != (kind == MemberKind.WITNESS)) {
      throw new IllegalStateException(
          "member %s %s, and the group has it with the roles %s: start it with the same"
              .formatted(
                  self,
                  kind == MemberKind.WITNESS
                      ? "was started without the role of a learner"
                      : "was started as a learner",
                  used.roles(self)));
    }
  }

  // ---- snapshots ------------------------------------------------------------------------------

  /** The next tick takes a snapshot, if anything was applied since the last one. */
  public void wantSnapshot() {
    snapshotSource.want();
  }

  /** Ends {@link SnapshotFiles#take}. */
  public void snapshotTaken(Snapshot snapshot) {
    snapshotSource.taken(snapshot, effects);
  }

  /**
   * Ends {@link SnapshotFiles#read}.
   *
   * @param bytes as many as were asked for; none if the snapshot is gone or damaged
   */
  public void chunkRead(String forMember, Snapshot snapshot, long offset, byte[] bytes) {
    snapshotSource.read(forMember, snapshot, offset, bytes, effects);
  }

  /** Ends {@link SnapshotFiles#write}. */
  public void chunkWritten(Snapshot snapshot, long offset) {
    snapshotFetch.written(snapshot, offset, effects);
  }

  /** Ends {@link SnapshotFiles#install}: the pieces are not what the snapshot says. */
  public void snapshotDamaged(Snapshot snapshot) {
    snapshotFetch.ended();
  }

  /**
   * Reads the state in a snapshot, and does not touch the one that is in place; on any thread.
   *
   * @return for {@link #snapshotReady}
   * @throws IOException if it is not a state, or that of another version
   */
  public Runnable prepare(Snapshot snapshot, InputStream bytes) throws IOException {
    return snapshotManager.prepare(snapshot, bytes);
  }

  /**
   * Ends {@link SnapshotFiles#install}: the snapshot is durable, and read.
   *
   * @param state what {@link #prepare} gave
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
    proposer.tell(effects);
    followers.flush(effects);
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

  /**
   * Asks for other members or quorums.
   *
   * @param next what shall be; its number is of no matter
   * @param forced whether nobody is asked first if he is there
   * @return the number under which {@link Host#completeChange} ends it; 0 if another change that
   *     this member was asked for is on its way
   */
  public long change(Configuration next, boolean forced) {
    return reconfiguration.start(next, forced);
  }

  /**
   * Makes this member the whole group, though no quorum was asked; see {@link ForcedConfiguration}.
   * Of a member that has started and runs nowhere, and has no {@link #obstacleToForce}.
   *
   * @return the configuration that is in use now
   */
  public Configuration forceAlone() {
    return forced().make();
  }

  /** Why {@link #forceAlone} cannot be, in words that go behind its name; empty if it can. */
  public String obstacleToForce() {
    return forced().obstacle();
  }

  private ForcedConfiguration forced() {
    Ballot ballot = proposer.nextBallot();
    return new ForcedConfiguration(context, learner, peerIdentities, ballot, effects);
  }

  /**
   * Lets that member lead, by asking the leader for it.
   *
   * @return false if no leader is known, or that one is no proposer: nothing was asked
   */
  public boolean transfer(String successor) {
    String leader = proposer.leader();
    if (leader == null || !configurations.current().isProposer(successor)) {
      return false;
    }
    effects.send(leader, new Message.Transfer(successor));
    return true;
  }

  /** Members that this client may follow, beside those that it knows of. */
  public void contacts(List<String> names) {
    joining.contacts(names);
    learner.contacts(names);
  }

  /** Whether this is no member, but a client. */
  public boolean isClient() {
    return kind == MemberKind.CLIENT;
  }

  /** Whether that client follows this member. */
  public boolean isFollowedBy(String name) {
    return followers.isKnown(name);
  }

  /** Whether this member knows its group: the first thing a member that joins finds out. */
  public boolean isInitialized() {
    return configurations.isInitialized();
  }

  /**
   * Whether the log begins above the state that is in place: its snapshot is lost, and another
   * member's is being fetched. Until then this member keeps its promises, and votes, but does not
   * know who is in the group now, and so neither leads nor asks to.
   */
  public boolean isStateLost() {
    return learner.isStateLost();
  }

  /** Which configuration is in use, to be looked at. */
  public Configurations configurations() {
    return configurations;
  }

  /** Hands leadership over, for good; see {@link Proposer#handOver}. */
  public boolean handOver(boolean atOnce) {
    session.close(effects);
    return proposer.handOver(atOnce, effects);
  }

  /** The group's health, as this member knows it. */
  public Health health() {
    return configurations.isInitialized() && !learner.isStateLost()
        ? proposer.health()
        : new Health(Ballot.NONE, false, false, 0);
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

  /** The newest snapshot that is durable here; null if there is none. */
  public @Nullable Snapshot snapshot() {
    return snapshotSource.newest();
  }

  /** The snapshot that is being fetched from another member; null if none is. */
  public @Nullable Snapshot fetching() {
    return snapshotFetch.fetching();
  }

  /** The session of this member's callers, to be looked at. */
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
  }

  /** What the roles want of each other. */
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
