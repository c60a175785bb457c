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
 * What a leader proposes at a slot: what phase 1 brought up (I3), the commands that wait, or a
 * no-op; and the log's time, which each value of its own is stamped with.
 */
final class ProposalSource {
  private final Configurations configurations;
  private final Settings settings;
  private final CommandQueue commandQueue;
  private final MemberClock memberClock;
  private final LogClock clock;
  private long wallClock;

  /** Where this leader's first own value is; 0 before there is one. */
  private long begins;

  /** No-ops fill the log up to this slot, for a change to come into use. */
  private long fillTo;

  ProposalSource(MemberContext context) {
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.memberClock = context.clock();
    this.commandQueue = new CommandQueue(settings.maxQueue());
    this.clock = new LogClock(memberClock.now());
  }

  /** This member begins to lead with that ballot. */
  void begin(Ballot ballot) {
    begins = 0;
    fillTo = 0;
    clock.begin(wallClock);
    // Before all commands: while nobody led, no session could be heard.
    commandQueue.offer(
        new Command(
            GroupCommand.NO_SESSION, ballot.round(), 0, new GroupCommand.LeaderBegins().toBytes()));
  }

  /** See {@link Proposer#begins}. */
  long begins() {
    return begins;
  }

  /** A command waits from now on; false if there is no room. */
  boolean offer(Command command) {
    return commandQueue.offer(command);
  }

  /** Whether no command waits. */
  boolean isEmpty() {
    return commandQueue.isEmpty();
  }

  /** Bytes of the commands that wait. */
  long waitingBytes() {
    return commandQueue.bytes();
  }

  /** Forgets what waits. */
  void clear() {
    commandQueue.clear();
  }

  /** The time in the log is that far. */
  void logTimeReached(long logTime) {
    clock.atLeast(logTime);
  }

  /**
   * Lets time pass.
   *
   * @param wallClock milliseconds since 1970
   */
  void tick(long wallClock) {
    this.wallClock = wallClock;
    clock.tick(memberClock.now(), wallClock);
  }

  /**
   * I3: what was reported at the slot; a no-op for a gap; else what waits, if anything does.
   *
   * @param chosen every slot up to this one is known chosen
   * @return null if nothing is to be proposed there yet
   */
  @Nullable Value at(long slot, Phase1 promises, long chosen) {
    Entry reported = promises.reported(slot);
    if (reported != null) {
      clock.atLeast(reported.value().time());
      return reported.value();
    }
    if (slot <= promises.highest()) {
      // No time passes by it: the sessions' time has not started over yet.
      return Value.noOp(0);
    }
    if (chosen < begins) {
      // Nobody may ever find a value with this leader's time and not the one before, in which it
      // said that it begins: sessions would expire by the difference of two leaders' clocks.
      return null;
    }
    if (!commandQueue.isEmpty()) {
      begins = begins == 0 ? slot : begins;
      Value value = commandQueue.batch(settings.maxBatch(), clock.time());
      if (commandQueue.isChangeTaken()) {
        fillTo = slot + configurations.alpha() - 1;
      }
      return value;
    }
    // A change comes into use at once, also where nothing else is to be decided.
    return slot <= fillTo || slot < configurations.latestFrom() ? Value.noOp(clock.time()) : null;
  }
}
