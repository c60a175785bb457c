package dev.synod.core.proposer;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import org.jspecify.annotations.Nullable;

/**
 * The source of the values that a leader proposes: the values reported in phase 1 (I3), the waiting
 * commands, or a no-op. It also provides the log's time, with which the leader stamps its own
 * values.
 */
final class ProposalSource {
  private final Configurations configurations;
  private final Settings settings;
  private final CommandQueue commandQueue;
  private final MemberClock memberClock;
  private final LogClock clock;

  private final Deadlines deadlines = new Deadlines();

  private LeaderState state = LeaderState.EMPTY;

  /** Slot of this leader's first own value; 0 before there is one. */
  private long begins;

  /** Slot up to which no-ops fill the log, so that a change takes effect. */
  private long fillTo;

  ProposalSource(MemberContext context) {
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.memberClock = context.clock();
    this.commandQueue = new CommandQueue(settings.maxQueue());
    this.clock = new LogClock(memberClock.now());
  }

  /** See {@link Proposer#stateIs}. */
  void stateIs(LeaderState state) {
    this.state = state;
  }

  /** Starts the leadership of this member with the ballot. */
  void begin(Ballot ballot) {
    begins = 0;
    fillTo = 0;
    deadlines.begin();
    clock.begin(memberClock.now(), memberClock.wall());
    // The command precedes all others, because without a leader no session could be kept alive.
    commandQueue.offer(
        ballot.member(),
        new Command(GroupCommand.NO_SESSION, ballot.round(), 0, state.leaderBegins().toBytes()));
  }

  /** See {@link Proposer#begins}. */
  long begins() {
    return begins;
  }

  /**
   * Queues a command.
   *
   * @param from its source; see {@link CommandQueue}
   * @return false if the queue has no room for it
   */
  boolean offer(String from, Command command) {
    return commandQueue.offer(from, command);
  }

  /** Tells whether the queue is empty. */
  boolean isEmpty() {
    return commandQueue.isEmpty();
  }

  /** Returns the size of the queued commands in bytes. */
  long waitingBytes() {
    return commandQueue.bytes();
  }

  /** Drops the queued commands. */
  void clear() {
    commandQueue.clear();
  }

  /** Advances the log's time to at least this value. */
  void logTimeReached(long logTime) {
    clock.atLeast(logTime);
  }

  /**
   * Advances the time.
   *
   * @param wallClock milliseconds since 1970
   */
  void tick(long wallClock) {
    clock.tick(memberClock.now(), wallClock);
  }

  /**
   * Returns the next value (I3): the reported value of the slot, a no-op for a gap, or else the
   * queued commands.
   *
   * @param chosen slot up to which every slot is known to be chosen
   * @return null if there is nothing to propose yet
   */
  @Nullable Value at(long slot, Phase1 promises, long chosen) {
    Entry reported = promises.reported(slot);
    if (reported != null) {
      clock.atLeast(reported.value().time());
      return reported.value();
    }
    if (slot <= promises.highest()) {
      // The value must not advance the log's time, because the session timeouts have not restarted
      // yet.
      return Value.noOp(0);
    }
    if (chosen < begins) {
      // A value with this leader's time must never be chosen without the preceding LeaderBegins;
      // otherwise sessions would expire by the difference of two leaders' clocks.
      return null;
    }
    if (!commandQueue.isEmpty()) {
      begins = begins == 0 ? slot : begins;
      Value value = commandQueue.batch(settings.maxBatch(), clock.time());
      if (commandQueue.isChangeTaken()) {
        fillTo = slot + configurations.alpha() - 1;
      }
      return stamped(slot, value);
    }
    // No-ops put a change into use, and let time pass, even if no command is waiting.
    boolean needed =
        slot <= fillTo
            || slot < configurations.latestFrom()
            || deadlines.isDue(applied(), clock.time());
    return needed ? stamped(slot, Value.noOp(clock.time())) : null;
  }

  private Value stamped(long slot, Value value) {
    deadlines.stamped(slot, value.time());
    return value;
  }

  /**
   * Returns the state, once this leader's first own value has restarted the timeouts of sessions.
   */
  private LeaderState applied() {
    return begins > 0 && state.applied() >= begins ? state : LeaderState.EMPTY;
  }

  /** Records a deadline of a member with a state machine. */
  void deadline(String member, long time) {
    deadlines.reported(member, time);
  }

  /**
   * Tells whether this leader's first own value is chosen and applied with all other chosen slots.
   * Before that, its deadlines are unknown.
   *
   * @param chosen slot up to which every slot is known to be chosen
   */
  boolean hasBegun(long chosen) {
    return begins > 0 && chosen >= begins && state.applied() >= chosen;
  }

  /**
   * Returns the slot whose time reaches every deadline that this leader's clock has passed; 0 if it
   * has passed none. Defined once the leader {@linkplain #hasBegun has begun}.
   *
   * @param next next slot to propose
   */
  long due(long next) {
    return deadlines.slot(state, clock.time(), next);
  }

  /** See {@link Proposer#logTime}. */
  long logTime() {
    return clock.time();
  }
}
