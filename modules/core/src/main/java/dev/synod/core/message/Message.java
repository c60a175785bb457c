package dev.synod.core.message;

import dev.synod.core.Role;
import dev.synod.core.Snapshot;
import java.util.List;

/**
 * A message between members. Messages are independent: each may be lost, duplicated or reordered. A
 * late reply is recognized by its ballot or number and dropped.
 *
 * <p>A message that speaks for a ballot cannot be created with {@link Ballot#NONE}: no role has to
 * tell "no ballot" from "my ballot" when it is idle. Slots and lengths are checked where bytes
 * become messages.
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
   * Asks whether the acceptor hears a leader, before the sender raises its ballot.
   *
   * @param number number of the request, returned in the reply
   */
  record PreVote(long number) implements ToAcceptor {}

  /**
   * Phase 1a for the whole log: asks for a promise of the ballot and for a page of the accepted
   * values.
   *
   * @param ballot ballot to promise
   * @param from first slot of the page; the first page starts at the first slot that the sender
   *     does not know to be chosen
   */
  record Prepare(Ballot ballot, long from) implements ToAcceptor {
    public Prepare {
      Ballot.ofMember(ballot, "a Prepare");
    }
  }

  /**
   * Phase 2a.
   *
   * @param ballot ballot of the leader
   * @param slot slot of the value
   * @param value proposed value
   * @param chosen the slot that a {@link Chosen} of the same ballot would carry to the learner of
   *     the same member; under load it makes that message unnecessary
   */
  record Accept(Ballot ballot, long slot, Value value, long chosen) implements ToAcceptor {
    public Accept {
      Ballot.ofMember(ballot, "an Accept");
    }
  }

  /**
   * Heartbeat of a leader, which also asks whether the acceptor still follows its ballot.
   *
   * @param ballot ballot of the leader
   * @param number number of the heartbeat, rising within the ballot
   * @param reachable acceptors that the leader hears, as a bit set in the order of the
   *     configuration, and {@link #STALLED}; for monitoring only
   * @param lease duration in milliseconds, from the receipt of this heartbeat, in which the
   *     acceptor shall promise no other ballot; 0 asks for no lease
   */
  record Heartbeat(Ballot ballot, long number, long reachable, long lease) implements ToAcceptor {
    /**
     * Bit that no acceptor has (a configuration has at most 63): the leader's commands wait, and
     * none was chosen for long.
     */
    public static final long STALLED = 1L << 63;

    public Heartbeat {
      Ballot.ofMember(ballot, "a Heartbeat");
    }
  }

  /** Announces that the leader of this ballot has stopped leading. */
  record Resigned(Ballot ballot) implements ToAcceptor {
    public Resigned {
      Ballot.ofMember(ballot, "a Resigned");
    }
  }

  // ---- to a proposer --------------------------------------------------------------------------

  sealed interface ToProposer extends Message {
    @Override
    default Role recipient() {
      return Role.PROPOSER;
    }
  }

  /**
   * Reports what an acceptor knows of a leader.
   *
   * @param number number of the {@link PreVote}
   * @param leaderHeard whether the acceptor has heard a leader within an election timeout
   * @param promised ballot that a candidate must exceed
   */
  record PreVoteReply(long number, boolean leaderHeard, Ballot promised) implements ToProposer {}

  /**
   * Phase 1b, one page of it: all values accepted in the slots {@code first} to {@code last}.
   *
   * @param ballot promised ballot
   * @param first first slot of the page, as requested by the {@link Prepare}
   * @param last last slot of the page; {@link Long#MAX_VALUE} on the final page. It is less than
   *     {@code first} if the acceptor has compacted that slot or if its record is damaged: the page
   *     then promises but covers no slot (I2)
   * @param entries accepted values in rising order of the slots
   * @param chosen slot up to which the acceptor knows every slot to be chosen and can teach it
   */
  record Promise(Ballot ballot, long first, long last, List<Entry> entries, long chosen)
      implements ToProposer {
    public Promise {
      Ballot.ofMember(ballot, "a Promise");
    }
  }

  /** Phase 2b: the value is accepted and durable. */
  record Accepted(Ballot ballot, long slot) implements ToProposer {
    public Accepted {
      Ballot.ofMember(ballot, "an Accepted");
    }
  }

  /**
   * Refuses a request with {@code ballot} because of a promise to a higher ballot.
   *
   * @param ballot refused ballot
   * @param promised promised ballot
   */
  record Nack(Ballot ballot, Ballot promised) implements ToProposer {
    public Nack {
      Ballot.ofMember(ballot, "a Nack");
      Ballot.ofMember(promised, "a Nack");
    }
  }

  /**
   * Confirms that the sender had promised this ballot and none higher when it handled the
   * heartbeat.
   *
   * @param ballot ballot of the leader
   * @param number number of the heartbeat
   * @param leased whether the sender granted the requested lease
   */
  record HeartbeatAck(Ballot ballot, long number, boolean leased) implements ToProposer {
    public HeartbeatAck {
      Ballot.ofMember(ballot, "a HeartbeatAck");
    }
  }

  /**
   * Asks the receiver to become a candidate at once, because the leader stops. A receiver that
   * knows a later ballot ignores it.
   *
   * @param ballot ballot of the leader that stops
   */
  record TakeOver(Ballot ballot) implements ToProposer {}

  /**
   * Asks the leader to transfer the leadership, on behalf of an operator.
   *
   * @param successor member that shall lead
   */
  record Transfer(String successor) implements ToProposer {}

  /** Forwards a command from the member of its session to the leader. */
  record Submit(Command command) implements ToProposer {}

  /**
   * A member asks the leader for a slot: a state that has it applied shows every write that was
   * answered before now. Repeated under the same number until it is answered.
   *
   * @param number rises from one inquiry of a member to the next, and is given back in the answer
   * @param leased whether a lease of the leader will do, without a round trip
   */
  record ReadIndex(long number, boolean leased) implements ToProposer {}

  /**
   * A member tells a leader without a state machine which deadline its own state machine waits for.
   * Sent when it changes, and repeated in case it was lost.
   *
   * @param time log's time of the deadline, in milliseconds since 1970; {@link Long#MAX_VALUE} if
   *     nothing waits
   */
  record Deadline(long time) implements ToProposer {}

  // ---- to a learner, and to the session that is at home with it --------------------------------

  sealed interface ToLearner extends Message {
    @Override
    default Role recipient() {
      return Role.LEARNER;
    }
  }

  /**
   * Announces that the leader of {@code ballot} knows every slot up to {@code slot} to be chosen,
   * and that in every slot in which it proposed, its own proposal was chosen (I7).
   */
  record Chosen(Ballot ballot, long slot) implements ToLearner {
    public Chosen {
      Ballot.ofMember(ballot, "a Chosen");
    }
  }

  /**
   * Refuses a command before it is proposed.
   *
   * @param session session of the command
   * @param sequence number of the command
   * @param busy true if the leader's queue is full; false if the sender does not lead
   */
  record Refused(long session, long sequence, boolean busy) implements ToLearner {}

  /**
   * Reports the read index; the leader confirmed its leadership after the request.
   *
   * @param number number of the {@link ReadIndex}
   * @param slot slot that must be applied before the read
   * @param leased whether a lease confirmed the leadership, instead of a round of messages
   */
  record ReadIndexReply(long number, long slot, boolean leased) implements ToLearner {}

  /**
   * Asks for the group's initial configuration, on behalf of a joining member with an empty log.
   *
   * @param token token of the sender's incarnation, returned in the reply
   */
  record Join(long token) implements ToLearner {}

  /**
   * Says that the sender is a founder of a group and has never belonged to one. A member of a group
   * answers with {@link Welcome}.
   *
   * @param founder incarnation of the sender
   * @param foundation group that the sender would found
   * @param complete whether the sender is the first founder and has the word of all others: each of
   *     them shall pledge itself to the store of the sender
   * @param pledgedTo store of the first founder to which the sender has durably pledged itself; 0
   *     if there is none
   */
  record Founding(Incarnation founder, Foundation foundation, boolean complete, long pledgedTo)
      implements ToLearner {}

  /**
   * Reports the group's initial configuration; the receiver learns everything later from the log.
   *
   * @param token token of the incarnation that asked, so that an answer to an earlier process under
   *     the name has no effect
   * @param alpha pipeline window, in slots
   * @param initialConfiguration first configuration of the group
   * @param epoch epoch of the sender
   * @param met latest accepted incarnation of each member, the sender included
   */
  record Welcome(
      long token,
      long alpha,
      Configuration initialConfiguration,
      Epoch epoch,
      List<LogRecord.Met> met)
      implements ToLearner {
    public Welcome {
      met = List.copyOf(met);
    }

    /** Returns the group of the sender, as its founders described it. */
    public Foundation foundation() {
      return new Foundation(alpha, initialConfiguration, List.of());
    }
  }

  // ---- of identity, to any process under a name ----------------------------------------------

  sealed interface OfIdentity extends ToLearner {}

  /** Announces the sender; the frame header already holds its incarnation. */
  record Hello() implements OfIdentity {}

  /**
   * Asks every process under a name for the token of an earlier opening, when a later incarnation
   * appears under that name.
   *
   * @param number number of the request, returned in the reply
   * @param start number of the opening
   */
  record IdentityChallenge(long number, long start) implements OfIdentity {}

  /**
   * Reports the token of an opening.
   *
   * @param number number of the {@link IdentityChallenge}
   * @param token token; 0 if the sender does not know it
   */
  record IdentityResponse(long number, long token) implements OfIdentity {}

  /**
   * Tells an incarnation that it is excluded under its name.
   *
   * @param token token of the excluded incarnation, because other processes may use the same name
   * @param why reason
   * @param epoch epoch of the sender
   */
  record Excluded(long token, ExclusionReason why, Epoch epoch) implements OfIdentity {}

  /**
   * Asks for the slot up to which the receiver durably knows the log.
   *
   * @param number number of the request, returned in the reply
   */
  record DurableSlotQuery(long number) implements ToLearner {}

  /**
   * Reports the slot up to which the sender durably knows every slot to be chosen.
   *
   * @param number number of the {@link DurableSlotQuery}
   * @param slot slot
   */
  record DurableSlotReply(long number, long slot) implements ToLearner {}

  /** Asks for the chosen values from a slot on. */
  record Learn(long from) implements ToLearner {}

  /**
   * Asks for the chosen values from a slot on, on behalf of a client. The member answers with one
   * {@link Learned} as soon as it knows such a slot; the next request asks for more, so that a slow
   * client is not flooded. While the client repeats the request, the member sends it a {@link
   * GroupStatus} with every heartbeat.
   */
  record Follow(long from) implements ToLearner {}

  /**
   * Reports the state of the group to a client.
   *
   * @param leader ballot of the leader that the sender knows; {@link Ballot#NONE} if it knows none
   * @param chosen slot up to which the sender knows every slot to be chosen
   * @param reachable as in {@link Heartbeat}
   */
  record GroupStatus(Ballot leader, long chosen, long reachable) implements ToLearner {}

  /**
   * Teaches chosen values.
   *
   * @param entries values in rising order of the slots
   * @param chosen slot up to which the sender knows every slot to be chosen and can teach it
   */
  record Learned(List<Entry> entries, long chosen) implements ToLearner {}

  /**
   * Asks for a snapshot, on behalf of a member that has lost its own and therefore the compacted
   * slots.
   *
   * @param atLeast minimum slot of the snapshot
   */
  record WantSnapshot(long atLeast) implements ToLearner {}

  /** Offers a snapshot that replaces slots which the sender has compacted. */
  record Offer(Snapshot snapshot) implements ToLearner {}

  /**
   * Asks for a chunk of a snapshot.
   *
   * @param snapshot snapshot
   * @param offset position of the chunk in bytes
   * @param length size of the chunk in bytes, at most {@link Snapshot#MAX_CHUNK}
   */
  record Fetch(Snapshot snapshot, long offset, int length) implements ToLearner {}

  /**
   * A chunk of a snapshot.
   *
   * @param snapshot snapshot
   * @param offset position of the chunk in bytes
   * @param bytes bytes of the chunk, which must not be written to; empty if the sender no longer
   *     has the snapshot
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by tests only, which look at the bytes
  record Chunk(Snapshot snapshot, long offset, byte[] bytes) implements ToLearner {}

  /**
   * Reports the hash of the sender's state at a marker slot. A member with another hash at that
   * slot must stop.
   */
  record StateHash(long slot, long hash) implements ToLearner {}
}
