package dev.synod.core.member;

import dev.synod.core.Outcome;
import dev.synod.core.Outcome.ChangeRefused;
import dev.synod.core.Outcome.ChangeRefused.Reason;
import dev.synod.core.host.Completions;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Message.DurableSlotQuery;
import dev.synod.core.message.Message.DurableSlotReply;
import dev.synod.core.message.Message.Submit;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A change of members or quorums that this member was asked for; one at a time.
 *
 * <p>A new acceptor first becomes a learner, by a change of its own. The requested change is
 * proposed only when a quorum of each phase of the new configuration answers and its new acceptors
 * have caught up to within the window, so that the group need not wait for them when the change
 * takes effect. A forced change skips these checks and is a single step.
 *
 * <p>Each step replaces the configuration that the caller knew, or the one of the step before. When
 * another change comes in between, the request is refused: it would undo that change.
 */
final class Reconfiguration {
  /** The requested change and its progress. */
  private static final class Wanted {
    final long number;

    /** Requested configuration; its number will be the next one. */
    final Configuration configuration;

    /** Number of the configuration that the next step replaces. */
    long base;

    /** Members that an earlier step of this change has made learners. */
    List<String> learners = List.of();

    final QuorumSystem quorums;
    final boolean forced;
    final long until;

    /** Members that answered this survey, with the slot up to which they know the log. */
    final TreeMap<String, Long> kept = new TreeMap<>();

    /** Change that is on its way to the leader; null if there is none. */
    @Nullable Command command;

    /** Ballot with which this member leads and has taken the change. */
    Ballot takenBy = Ballot.NONE;

    /** Whether that change is the requested one. */
    boolean last;

    /** Whether a change was created, and whether one was sent to a leader. */
    boolean begun;

    boolean sent;

    long askAt;

    /** Slot that new acceptors must know, and the time at which it was set; -1 before. */
    long goal = -1;

    long goalAt;

    /** Outcome of the change, reported once the change is in use. */
    @Nullable Outcome applied;

    Wanted(long number, Configuration configuration, boolean forced, long until) {
      this.number = number;
      this.configuration = configuration;
      this.base = configuration.id();
      this.quorums = configuration.quorums();
      this.forced = forced;
      this.until = until;
    }
  }

  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final Proposer proposer;
  private final LongUnaryOperator random;
  private final Completions callers;

  private @Nullable Wanted wanted;
  private long numbers;

  /**
   * Creates a handler without a change.
   *
   * @param random returns a number from 0 to below its argument
   */
  Reconfiguration(
      MemberContext context, Proposer proposer, LongUnaryOperator random, Completions callers) {
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.proposer = proposer;
    this.random = random;
    this.callers = callers;
  }

  /**
   * Starts a change.
   *
   * @param next requested configuration, with the number of the configuration that it replaces
   * @return the number under which {@link Completions#completeChange} ends it; 0 if another is on
   *     its way
   */
  long start(Configuration next, boolean forced) {
    if (wanted != null) {
      return 0;
    }
    wanted = new Wanted(++numbers, next, forced, clock.now() + settings.requestTimeout());
    return numbers;
  }

  void tick(Effects out) {
    Wanted change = wanted;
    if (change == null) {
      return;
    }
    Outcome applied = change.applied;
    if (applied != null) {
      if (configurations.pending() == null || clock.now() >= change.until) {
        end(change, applied);
      }
    } else if (clock.now() >= change.until) {
      end(change, late(change));
    } else if (clock.now() >= change.askAt) {
      if (change.command == null) {
        step(change, out);
      } else {
        send(change, change.command, out);
      }
    }
  }

  private Outcome late(Wanted change) {
    if (change.command == null) {
      return missing(change);
    }
    return change.sent ? new Outcome.Unknown() : new Outcome.NoQuorum();
  }

  private void step(Wanted change, Effects out) {
    Configuration latest = configurations.latest();
    Configuration next = change.configuration.withId(latest.id() + 1);
    ChangeRefused refused = configurations.refusal(next);
    if (refused == null && configurations.pending() != null && !change.begun) {
      refused = new ChangeRefused(Reason.ANOTHER_PENDING, configurations.pendingText());
    }
    if (refused == null && latest.id() != change.base) {
      refused = ChangeRefused.notTheLatest(change.base, latest.id());
    }
    if (refused != null) {
      end(change, refused);
      return;
    }
    if (configurations.pending() != null) {
      return;
    }
    List<String> known = Configuration.union(latest.learners(), next.acceptors());
    if (!change.forced && known.size() > latest.learners().size()) {
      propose(change, learning(latest, known, next), false, out);
    } else if (change.forced || isReady(change, latest)) {
      propose(change, next, true, out);
    } else {
      change.askAt = clock.now() + settings.retry();
      for (String acceptor : next.acceptors()) {
        if (acceptor.equals(self)) {
          change.kept.put(self, log.chosen());
        } else {
          out.send(acceptor, new DurableSlotQuery(-change.number));
        }
      }
    }
  }

  /** Returns the latest configuration with these members as additional learners. */
  private static Configuration learning(
      Configuration latest, List<String> known, Configuration next) {
    List<String> witnesses =
        Configuration.union(
            latest.witnesses(), next.witnesses().stream().filter(known::contains).toList());
    return new Configuration(
        latest.id() + 1, known, latest.quorums(), latest.proposers(), witnesses);
  }

  /** Records that a member answered and durably knows that many slots. */
  void kept(String from, DurableSlotReply durableSlotReply) {
    Wanted change = wanted;
    if (change != null && durableSlotReply.number() == -change.number) {
      change.kept.put(from, durableSlotReply.slot());
      change.askAt = change.command == null ? clock.now() : change.askAt;
    }
  }

  private boolean isReady(Wanted change, Configuration latest) {
    if (change.goal < 0) {
      setGoal(change);
      return false;
    }
    if (!isWithinReach(change) || !behind(change, latest).isEmpty()) {
      return false;
    }
    if (clock.now() - change.goalAt <= settings.requestTimeout() / 2) {
      return true;
    }
    // The log has grown during the round, so another and shorter round follows (Ongaro, "Consensus:
    // Bridging Theory and Practice", section 4.2.1).
    setGoal(change);
    return false;
  }

  private void setGoal(Wanted change) {
    change.goal = log.chosen();
    change.goalAt = clock.now();
  }

  private static boolean isWithinReach(Wanted change) {
    return change.quorums.isQuorum(Phase.ONE, change.kept.keySet())
        && change.quorums.isQuorum(Phase.TWO, change.kept.keySet());
  }

  /** Returns the new acceptors that have not answered or have not caught up. */
  private List<String> behind(Wanted change, Configuration latest) {
    List<String> behind = new ArrayList<>();
    for (String acceptor : change.quorums.members()) {
      if (!latest.isAcceptor(acceptor)
          && change.kept.getOrDefault(acceptor, -1L) < change.goal - configurations.alpha()) {
        behind.add(acceptor);
      }
    }
    return behind;
  }

  private ChangeRefused missing(Wanted change) {
    List<String> silent = new ArrayList<>(change.quorums.members());
    silent.removeAll(change.kept.keySet());
    if (!isWithinReach(change)) {
      return new ChangeRefused(
          Reason.QUORUM_NOT_REACHABLE,
          "the new configuration has no reachable quorum of each phase: no answer from "
              + silent
              + ". Start these members, leave them out, or force the change");
    }
    return new ChangeRefused(
        Reason.NOT_CAUGHT_UP,
        behind(change, configurations.latest())
            + " have not learned the log up to slot "
            + change.goal
            + " yet");
  }

  private void propose(Wanted change, Configuration next, boolean last, Effects out) {
    byte[] payload =
        new GroupCommand.ChangeConfiguration(configurations.latest().id(), next).toBytes();
    Command command =
        new Command(
            GroupCommand.NO_SESSION, 1 + random.applyAsLong(Long.MAX_VALUE - 1), 0, payload);
    change.command = command;
    change.takenBy = Ballot.NONE;
    change.last = last;
    change.begun = true;
    send(change, command, out);
  }

  private void send(Wanted change, Command command, Effects out) {
    Ballot leader = proposer.leaderBallot();
    if (leader.equals(Ballot.NONE)) {
      return;
    }
    change.askAt = clock.now() + settings.electionTimeout();
    if (!leader.member().equals(self)) {
      change.sent = true;
      out.send(leader.member(), new Submit(command));
    } else if (!leader.equals(change.takenBy)) {
      // What this member's own proposer has taken is not lost while it leads with this ballot.
      if (proposer.submit(command)) {
        change.sent = true;
        change.takenBy = leader;
      } else {
        change.askAt = clock.now() + settings.retry();
      }
    }
  }

  /** A command of the group was applied here. */
  void applied(long sequence, Outcome outcome) {
    Wanted change = wanted;
    if (change == null
        || change.applied != null
        || change.command == null
        || change.command.sequence() != sequence) {
      return;
    }
    if (outcome instanceof Outcome.Applied && !change.last) {
      Configuration latest = configurations.latest();
      change.base = latest.id();
      change.learners = newAcceptors(change, latest);
      change.command = null;
      change.askAt = clock.now();
    } else if (outcome instanceof Outcome.Applied) {
      change.applied = outcome;
    } else {
      end(change, outcome);
    }
  }

  private static List<String> newAcceptors(Wanted change, Configuration latest) {
    return change.configuration.acceptors().stream()
        .filter(acceptor -> !latest.isAcceptor(acceptor))
        .toList();
  }

  private void end(Wanted change, Outcome outcome) {
    wanted = null;
    Outcome end = outcome;
    if (outcome instanceof ChangeRefused refused && !change.learners.isEmpty()) {
      end =
          new ChangeRefused(
              refused.reason(),
              refused.text()
                  + ". The first step of the change is done: "
                  + change.learners
                  + " are learners of the group. Repeat the change, or remove them; the name of a"
                  + " removed member is never used again");
    }
    callers.completeChange(change.number, end);
  }
}
