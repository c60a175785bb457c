package dev.synod.core;

/**
 * What a role wants done, told in order while it handles an input. The host does it: in production
 * a verticle, in proofs the simulator.
 *
 * <p>The contract that safety rests on: what is passed to {@link #sendAfter} leaves only once every
 * record appended before the call is durable; if the member crashes first, it never leaves (I6).
 */
public interface Effects {
  /** Appends the record to this member's log. */
  void append(LogRecord record);

  /** Sends the message now. To the member itself also by this way, by reference. */
  void send(String member, Message message);

  /** Sends the message once everything that this member has appended so far is durable. */
  void sendAfter(String member, Message message);

  /** This slot is chosen; called for every slot once, in order, without gaps. */
  void deliver(Entry entry);

  /** This member hears from the live leader of this ballot. */
  void heard(Ballot ballot);

  /** The leader of this ballot said that it stopped. */
  void resigned(Ballot ballot);

  /** A request of this member's session has come to its end. */
  void complete(long request, Outcome outcome);
}
