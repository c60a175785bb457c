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
 * Decides when this member becomes a candidate. Ballots make any decision safe; this class avoids
 * needless elections.
 *
 * <p>No member raises its ballot while enough acceptors hear a leader. A member first asks the
 * acceptors (pre-vote) and becomes a candidate only if a phase-1 quorum, with which it could
 * prepare, and a phase-2 quorum, with which it could lead, hear no leader. A member that returns
 * after a partition therefore disturbs no leader, and each of the partial partitions of Ng et al.,
 * "Omni-Paxos" (EuroSys 2023, section 2), ends with a leader that can decide.
 */
public final class Election {
  private final Settings settings;
  private final MemberClock clock;
  private final LongUnaryOperator random;

  private Ballot leader = Ballot.NONE;
  private long heardAt;

  /** Time at which a pre-vote is due, unless a leader is heard before. */
  private long due;

  private @Nullable Poll poll;

  /** The last pre-vote, finished or not; the acceptors that answered it are reachable. */
  private @Nullable Poll asked;

  private long polls;

  /** A pre-vote with the acceptors that hear no leader. */
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
   * Creates an election that waits for a leader.
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

  /**
   * Returns the ballot of the leader that this member hears; {@link Ballot#NONE} if there is none.
   */
  public Ballot leader() {
    return leader;
  }

  /** Records that the leader of this ballot was heard. */
  public void heard(Ballot ballot) {
    if (!ballot.isBelow(leader)) {
      leader = ballot;
      heardAt = clock.now();
      poll = null;
      postpone();
    }
  }

  /**
   * Records that the leader of this ballot has stopped, so that the next pre-vote need not wait for
   * a timeout.
   */
  public void resigned(Ballot ballot) {
    if (ballot.equals(leader)) {
      leader = Ballot.NONE;
      due = clock.now() + 1 + random.applyAsLong(settings.electionTimeout() / 2);
    }
  }

  /** Restarts the delay, as after a phase 1 without success. */
  public void postpone() {
    due = clock.now() + settings.electionTimeout() + random.applyAsLong(settings.electionTimeout());
  }

  /** Forgets a leader that was not heard for too long; called with each tick. */
  public void tick() {
    if (clock.now() - heardAt >= settings.electionTimeout()) {
      leader = Ballot.NONE;
    }
  }

  /**
   * Sends a pre-vote to the acceptors of this configuration if no leader was heard for long enough.
   */
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

  /**
   * Counts a reply.
   *
   * @return true when this member should become a candidate
   */
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

  /** Returns the acceptors that answered the last pre-vote, as a bit set. */
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
