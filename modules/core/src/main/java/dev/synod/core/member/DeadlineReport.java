package dev.synod.core.member;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.proposer.Proposer;
import dev.synod.core.replica.Replica;

/**
 * Tells a leader that hosts no state machine what this member's state machine waits for, because
 * that leader lets the log's time pass for it. Other leaders know the deadline themselves.
 */
final class DeadlineReport {
  private final MemberContext context;
  private final Replica replica;
  private final Proposer proposer;

  /** Leadership that was told last. */
  private Ballot told = Ballot.NONE;

  private long deadline = Long.MAX_VALUE;
  private long toldAt;

  DeadlineReport(MemberContext context, Replica replica, Proposer proposer) {
    this.context = context;
    this.replica = replica;
    this.proposer = proposer;
  }

  /** Reports a change, and repeats the report in case it was lost. */
  void tick(Effects out) {
    Ballot leader = proposer.leaderBallot();
    if (!context.configurations().current().isWitness(leader.member())) {
      told = Ballot.NONE;
      deadline = Long.MAX_VALUE;
      return;
    }
    long next = replica.nextDeadline();
    long now = context.clock().now();
    boolean repeated =
        next != Long.MAX_VALUE
            && (!leader.equals(told) || now - toldAt >= context.settings().electionTimeout());
    if (next != deadline || repeated) {
      told = leader;
      deadline = next;
      toldAt = now;
      out.send(leader.member(), new Message.Deadline(next));
    }
  }
}
