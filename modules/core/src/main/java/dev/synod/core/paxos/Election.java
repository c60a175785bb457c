package dev.synod.core.paxos;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.PreVote;
import dev.synod.core.message.Message.PreVoteReply;
import dev.synod.quorum.Phase;
import dev.synod.quorum.Tally;
import dev.synod.quorum.Verdict;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Picks the moment to become a candidate. Ballots keep that safe at any moment; this class keeps it
 * useful.
 *
 * <p>Nobody raises its ballot while enough acceptors hear a live leader: before, a would-be
 * candidate asks them (a canvass), and needs a phase-1 quorum, which it could then prepare with,
 * and a phase-2 quorum, which it could then lead, that hear none. So a member that was cut off
 * disturbs no one when it comes back, and of the partial partitions of Ng et al., "Omni-Paxos"
 * (EuroSys 2023, section 2), each ends with a leader that can decide.
 */
public final class Election {
  private final Settings settings;
  private final MemberClock clock;
  private final LongUnaryOperator random;

  private Ballot leader = Ballot.NONE;
  private long heardAt;

  /** When a canvass is due, unless a leader is heard before. */
  private long due;

  private @Nullable Poll poll;

  /** The last poll, over or not: whoever answered it is within reach. */
  private @Nullable Poll asked;

  private long polls;

  /** One canvass: who answered that it hears no leader. */
  private record Poll(
      long number, long until, Tally phase1, Tally phase2, TreeSet<String> answered) {
    Verdict verdict() {
      Verdict first = phase1.verdict();
      Verdict second = phase2.verdict();
      if (first == Verdict.LOST || second == Verdict.LOST) {
        return Verdict.LOST;
      }
      return first == Verdict.WON && second == Verdict.WON ? Verdict.WON : Verdict.PENDING;
    }
  }

  /**
   * An election that waits for a leader to be heard.
   *
   * @param random gives a number from 0 to below its argument; from outside, for {@code core} is
   *     deterministic
   */
  public Election(Settings settings, LongUnaryOperator random, MemberClock clock) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.heardAt = clock.now();
    // A member that starts need not wait for long: the canvass keeps it from disturbing a leader.
    this.due = clock.now() + random.applyAsLong(settings.electionTimeout());
  }

  /** The ballot of the live leader this member knows of; {@link Ballot#NONE} if it knows none. */
  public Ballot leader() {
    return leader;
  }

  /** A live leader was heard. */
  public void heard(Ballot ballot) {
    if (!ballot.isBelow(leader)) {
      leader = ballot;
      heardAt = clock.now();
      poll = null;
      postpone();
    }
  }

  /** A leader said that it stopped: the next canvass need not wait for a time-out. */
  public void resigned(Ballot ballot) {
    if (ballot.equals(leader)) {
      leader = Ballot.NONE;
      due = clock.now() + 1 + random.applyAsLong(settings.electionTimeout() / 2);
    }
  }

  /** Waits anew, as after a phase 1 that led nowhere. */
  public void postpone() {
    due = clock.now() + settings.electionTimeout() + random.applyAsLong(settings.electionTimeout());
  }

  /** Forgets a leader that was not heard for too long; called with each tick. */
  public void tick() {
    if (clock.now() - heardAt >= settings.electionTimeout()) {
      leader = Ballot.NONE;
    }
  }

  /** Asks the acceptors of this configuration, if a leader has been missing for long enough. */
  public void canvass(Configuration configuration, Effects out) {
    if (clock.now() < due || (poll != null && clock.now() < poll.until())) {
      return;
    }
    poll =
        new Poll(
            ++polls,
            clock.now()
                + settings.electionTimeout() / 2
                + random.applyAsLong(settings.electionTimeout()),
            configuration.quorums().tally(Phase.ONE),
            configuration.quorums().tally(Phase.TWO),
            new TreeSet<>());
    asked = poll;
    for (String acceptor : configuration.acceptors()) {
      out.send(acceptor, new PreVote(poll.number()));
    }
  }

  /** Counts an answer; true at the moment when this member should become a candidate. */
  public boolean answered(String from, PreVoteReply reply) {
    Poll last = asked;
    if (last != null && reply.number() == last.number()) {
      last.answered().add(from);
    }
    Poll current = poll;
    if (current == null || reply.number() != current.number()) {
      return false;
    }
    if (reply.leaderHeard()) {
      current.phase1().refuse(from);
      current.phase2().refuse(from);
    } else {
      current.phase1().grant(from);
      current.phase2().grant(from);
    }
    if (current.verdict() == Verdict.WON) {
      poll = null;
      postpone();
      return true;
    }
    return false;
  }

  /** The acceptors that answered when they were asked last, as a set of bits. */
  public long answering(Configuration configuration) {
    long set = 0;
    if (asked != null) {
      for (String member : asked.answered()) {
        int bit = configuration.quorums().indexOf(member);
        if (bit >= 0) {
          set |= 1L << bit;
        }
      }
    }
    return set;
  }
}
