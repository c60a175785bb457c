package dev.synod.core.message;

import dev.synod.core.Role;
import dev.synod.core.Snapshot;
import java.util.List;

/**
 * What members say to each other. Each message stands for itself: it may be lost, repeated and
 * overtaken, and an answer that is too late is known by its ballot or number and dropped.
 */
public sealed interface Message {
  /** What a receiver throws for a kind of message that it has no branch for. */
  static IllegalArgumentException unhandled(Message message) {
    return new IllegalArgumentException(
        "no branch for the message " + message.getClass().getName());
  }

  /** The role it is for. */
  Role recipient();

  // ---- to an acceptor -------------------------------------------------------------------------

  sealed interface ToAcceptor extends Message {
    @Override
    default Role recipient() {
      return Role.ACCEPTOR;
    }
  }

  /**
   * "Do you hear a live leader?", asked by a would-be candidate before it raises its ballot.
   *
   * @param number of the question, given back in the answer
   */
  record PreVote(long number) implements ToAcceptor {}

  /**
   * Phase 1a, for the whole log: promise this ballot, and show a page of what you accepted.
   *
   * @param from the first slot of the page; the first page starts at the first slot not known
   *     chosen
   */
  record Prepare(Ballot ballot, long from) implements ToAcceptor {}

  /**
   * Phase 2a.
   *
   * @param chosen what a {@link Chosen} of the same ballot would say to the learner of the same
   *     member, so that under load nothing else has to
   */
  record Accept(Ballot ballot, long slot, Value value, long chosen) implements ToAcceptor {}

  /**
   * The leader lives, and asks who still follows it.
   *
   * @param number grows with every beat of the ballot
   * @param reachable the acceptors that the leader hears, as a set of bits in the order of the
   *     configuration; for those who watch over the group, not for the protocol
   * @param lease milliseconds for which the acceptor shall promise no other ballot, from when it
   *     sees this; 0 if no lease is asked for
   */
  record Heartbeat(Ballot ballot, long number, long reachable, long lease) implements ToAcceptor {}

  /** The leader of this ballot has stopped leading: do not count it as alive any longer. */
  record Resigned(Ballot ballot) implements ToAcceptor {}

  // ---- to a proposer --------------------------------------------------------------------------

  sealed interface ToProposer extends Message {
    @Override
    default Role recipient() {
      return Role.PROPOSER;
    }
  }

  /**
   * What an acceptor knows of a live leader.
   *
   * @param number of the {@link PreVote} it answers
   * @param leaderHeard whether a leader was heard within an election timeout
   * @param promised the ballot that a candidate must exceed here
   */
  record PreVoteReply(long number, boolean leaderHeard, Ballot promised) implements ToProposer {}

  /**
   * Phase 1b, a page of it: everything accepted at the slots {@code first} to {@code last}.
   *
   * @param ballot the promised one
   * @param first as the {@link Prepare} asked
   * @param last {@link Long#MAX_VALUE} on the final page. Less than {@code first} if the acceptor
   *     cannot tell, because it has compacted that slot away or its record of it was damaged: then
   *     the page promises, but covers nothing (I2)
   * @param entries by rising slot
   * @param chosen every slot up to this one is known chosen by that member, who can teach it
   */
  record Promise(Ballot ballot, long first, long last, List<Entry> entries, long chosen)
      implements ToProposer {}

  /** Phase 2b: this value is accepted, durably. */
  record Accepted(Ballot ballot, long slot) implements ToProposer {}

  /**
   * A refusal of whatever came with {@code ballot}, because a higher one was promised.
   *
   * @param promised the higher one
   */
  record Nack(Ballot ballot, Ballot promised) implements ToProposer {}

  /**
   * The sender has promised this ballot and none higher, after it saw the beat of this number.
   *
   * @param leased whether it has granted the lease that the beat asked for
   */
  record HeartbeatAck(Ballot ballot, long number, boolean leased) implements ToProposer {}

  /** A leader that stops asks this member to become a candidate at once. */
  record TakeOver(Ballot ballot) implements ToProposer {}

  /** The leader is asked, by somebody who looks after the group, to let this member lead. */
  record Transfer(String successor) implements ToProposer {}

  /** A command on its way to the leader, from the member where its session lives. */
  record Submit(Command command) implements ToProposer {}

  /**
   * A member asks the leader for a slot: a state that has it applied shows every write that was
   * answered before now. Repeated under the same number until it is answered.
   *
   * @param number rises from one inquiry of a member to the next, and is given back in the answer
   * @param leased whether a lease of the leader will do, without a round trip
   */
  record ReadIndex(long number, boolean leased) implements ToProposer {}

  // ---- to a learner, and to the session that is at home with it --------------------------------

  sealed interface ToLearner extends Message {
    @Override
    default Role recipient() {
      return Role.LEARNER;
    }
  }

  /**
   * The leader of {@code ballot} knows every slot up to {@code slot} chosen, and wherever it
   * proposed, its own proposal was (I7).
   */
  record Chosen(Ballot ballot, long slot) implements ToLearner {}

  /**
   * A command was turned away before it was proposed.
   *
   * @param busy true: the leader's queue is full; false: the sender does not lead
   */
  record Refused(long session, long sequence, boolean busy) implements ToLearner {}

  /**
   * The leader still led after it was asked.
   *
   * @param number of the {@link ReadIndex} it answers
   * @param slot the slot up to which must be applied before reading
   * @param leased whether it was a lease that said so, and not a round trip
   */
  record ReadIndexReply(long number, long slot, boolean leased) implements ToLearner {}

  /** "Which group is this?", asked by a member that joins and has an empty log. */
  record Join() implements ToLearner {}

  /**
   * The group was born so; the rest a newcomer learns from the log.
   *
   * @param alpha the window, in slots
   * @param epoch in which the sender lives
   */
  record Welcome(long alpha, Configuration initialConfiguration, Epoch epoch)
      implements ToLearner {}

  // ---- of identity, to whoever runs under a name ----------------------------------------------

  sealed interface OfIdentity extends ToLearner {}

  /** "Here I am": all there is to know stands at the head of the frame. */
  record Hello() implements OfIdentity {}

  /**
   * "What did you draw at that start?", asked of all that runs under a name when a later life
   * speaks under it.
   *
   * @param number of the question, given back in the answer
   */
  record IdentityChallenge(long number, long start) implements OfIdentity {}

  /**
   * "This."
   *
   * @param number of the {@link IdentityChallenge} it answers
   * @param token 0 if it is not known, or not any more
   */
  record IdentityResponse(long number, long token) implements OfIdentity {}

  /**
   * You may not take part under this name.
   *
   * @param token of the life that is meant: others may run under the same name
   * @param epoch in which the sender lives
   */
  record Excluded(long token, ExclusionReason why, Epoch epoch) implements OfIdentity {}

  /**
   * "Up to where do you know the log, for good?"
   *
   * @param number of the question, given back in the answer
   */
  record DurableSlotQuery(long number) implements ToLearner {}

  /**
   * Every slot up to {@code slot} is known chosen here, durably.
   *
   * @param number of the {@link DurableSlotQuery} it answers
   */
  record DurableSlotReply(long number, long slot) implements ToLearner {}

  /** "Teach me what is chosen, from this slot on." */
  record Learn(long from) implements ToLearner {}

  /**
   * "Teach me what is chosen, from this slot on, and go on as more is": from a client, which is no
   * member. Answered with one {@link Learned} as soon as there is any such slot; so it is the next
   * one that asks for more, and a client that is slow is not flooded. While it is repeated, the
   * client is told the {@link GroupStatus} with every heartbeat.
   */
  record Follow(long from) implements ToLearner {}

  /**
   * What a client is told of the group by the member that it follows.
   *
   * @param leader the ballot of the live leader that the sender knows of; {@link Ballot#NONE} if it
   *     knows none
   * @param chosen every slot up to this one is known chosen by the sender
   * @param reachable as in {@link Heartbeat}
   */
  record GroupStatus(Ballot leader, long chosen, long reachable) implements ToLearner {}

  /**
   * Entries that are chosen, by rising slot.
   *
   * @param chosen every slot up to this one is known chosen by the sender, who can be asked for
   *     more
   */
  record Learned(List<Entry> entries, long chosen) implements ToLearner {}

  /**
   * "Offer me a snapshot", from a member that has lost its own; what it has compacted away, no page
   * can teach it.
   *
   * @param atLeast the slot that it must reach
   */
  record WantSnapshot(long atLeast) implements ToLearner {}

  /**
   * A snapshot that can be fetched from the sender, in place of slots that it has compacted away.
   */
  record Offer(Snapshot snapshot) implements ToLearner {}

  /**
   * "Send me this piece of that snapshot."
   *
   * @param length at most {@link Snapshot#MAX_CHUNK}
   */
  record Fetch(Snapshot snapshot, long offset, int length) implements ToLearner {}

  /**
   * A piece of a snapshot.
   *
   * @param bytes not to be written to; none if the sender does not have it any more
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by tests only, which look at the bytes
  record Chunk(Snapshot snapshot, long offset, byte[] bytes) implements ToLearner {}

  /** The hash of the sender's state at a marker slot. Whoever has another one there must stop. */
  record StateHash(long slot, long hash) implements ToLearner {}
}
