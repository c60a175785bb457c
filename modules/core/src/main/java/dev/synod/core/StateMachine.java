package dev.synod.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What stands on the decided log: every replica applies the same commands in the same order and
 * must come to the same state.
 *
 * <p><b>Pure and deterministic:</b> no clock, randomness, IO, hash-order iteration or thread; time
 * is {@link Context#time}. Called on one thread. Implementations live outside of {@code core}.
 */
public interface StateMachine {
  /** Where in the log a command stands. */
  interface Context {
    /** The slot it was chosen at. */
    long slot();

    /** Its place among the commands of the slot, from 0. */
    int index();

    /** Milliseconds since 1970 as the leader stamped them; never falls. The only time there is. */
    long time();

    /** The session whose command it is. */
    long session();
  }

  /**
   * Applies a command.
   *
   * @param command to be read only during the call
   * @return the result for whoever submitted it; an exact result is the same on every replica
   * @throws CommandRejected if the command is not valid in this state, which must be left
   *     unchanged. Any other exception counts as the same: the command fails alike everywhere, for
   *     every replica is in the same state
   */
  byte[] apply(Context context, ByteBuffer command);

  /**
   * The session {@link Context#session} has expired, or was closed: what it held is free. Called
   * after the last command that it will ever have had applied, at the same place of the log on
   * every replica.
   */
  default void sessionEnded(Context context) {}

  /** Answers a question from the state as it is; changes nothing. */
  byte[] query(ByteBuffer question);

  /** Called after the last command of a slot; {@code slot} is now what this state stands at. */
  default void applied(long slot) {}

  /** Writes the whole state, the same bytes for the same state. */
  void snapshot(DataOutput out) throws IOException;

  /** Replaces the state by one that {@link #snapshot} wrote. */
  void restore(DataInput in) throws IOException;

  /**
   * A hash of the whole state, the same on every replica at the same slot; cheap enough to ask
   * often.
   */
  long hash();
}
