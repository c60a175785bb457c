package dev.synod.core;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A deterministic state machine on the replicated log: every replica applies the same commands in
 * the same order and must reach the same state.
 *
 * <p><b>Deterministic:</b> an implementation uses no clock, randomness, IO, thread or hash-order
 * iteration; its only time is {@link Context#time}. All methods are called on one thread, unless
 * stated otherwise.
 */
public interface StateMachine {
  /** Position of a command in the log. */
  interface Context {
    /** Returns the slot in which the command was chosen. */
    long slot();

    /** Returns the position of the command within its slot, from 0. */
    int index();

    /**
     * Returns the leader's timestamp in milliseconds since 1970, which never decreases. It is the
     * only time that a state machine may use.
     */
    long time();

    /** Returns the session of the command. */
    long session();
  }

  /**
   * Applies a command.
   *
   * @param context position of the command
   * @param command bytes of the command, readable only during the call
   * @return result for the submitter; it must be equal on every replica
   * @throws CommandRejected if the command is invalid in the current state, which must stay
   *     unchanged. Its message is part of the replicated state and must be equal on every replica.
   *     Any other exception is treated as a rejection as well, because every replica is in the same
   *     state and throws one of the same class; its message reaches only the log of each member. An
   *     {@link Error} stops the member with {@link CommandFailed}
   */
  byte[] apply(Context context, ByteBuffer command);

  /**
   * Releases the state of the session {@link Context#session}, which has expired or was closed. The
   * call follows the last command of the session, at the same position of the log on every replica.
   */
  default void sessionEnded(Context context) {}

  /**
   * Returns the earliest time of the log at which time alone changes the state, such as the end of
   * a lease. When the log's clock passes it, the leader has a slot chosen even if no command waits,
   * and not before. The method is called for each value that is proposed or applied, so it must be
   * cheap, and it depends on the state alone, so that a restored snapshot has the same deadlines.
   *
   * @param after only later deadlines count, in milliseconds since 1970
   * @return milliseconds since 1970; {@link Long#MAX_VALUE} if there is no such deadline
   */
  default long nextDeadline(long after) {
    return Long.MAX_VALUE;
  }

  /**
   * Ends what has a deadline that {@link Context#time} has reached: before the commands of each
   * slot whose time has reached a deadline. A state machine with many deadlines may leave a rest,
   * so that no slot takes long; the rest counts as a deadline one millisecond later. The context
   * has no session.
   */
  default void timePassed(Context context) {}

  /**
   * Restarts what ends unless it is renewed, such as leases. A leader begins, whose clock may be
   * ahead of its predecessor's, and no renewal could be decided between the two. The call precedes
   * {@link #timePassed} in its slot, which is later than each slot of an earlier leader. The
   * context has no session.
   */
  default void leaderBegan(Context context) {}

  /** Answers a query from the current state without changing it. */
  byte[] query(ByteBuffer question);

  /** Marks the end of a slot, after its last command. */
  default void applied(long slot) {}

  /** Writes the whole state. Equal states must produce equal bytes. */
  void snapshot(DataOutput out) throws IOException;

  /** Replaces the state by one that {@link #snapshot} wrote. */
  void restore(DataInput in) throws IOException;

  /** The state at one point in time, unaffected by later commands. */
  interface Frozen {
    /**
     * Writes the bytes that {@link #snapshot} would have written at that time. Called at most once,
     * on any one thread.
     */
    void write(DataOutput out) throws IOException;

    /** Releases the frozen state. Called on the state machine's thread. */
    void close();
  }

  /**
   * Freezes the current state, so that another thread can write it while commands are applied. This
   * default writes the whole state at once and blocks the member meanwhile; a state machine with a
   * large state overrides it. At most one frozen state exists at a time.
   */
  default Frozen freeze() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      snapshot(new DataOutputStream(bytes));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return new Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        out.write(bytes.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Reads a state that {@link #snapshot} wrote, to the end of the stream, without changing the
   * current state. Called on any thread. This default reads the whole stream into memory; a state
   * machine with a large state overrides it.
   *
   * @return action that installs the state as {@link #restore} does, run on the state machine's
   *     thread
   */
  default Runnable prepare(InputStream in) throws IOException {
    byte[] bytes = in.readAllBytes();
    return () -> {
      try {
        restore(new DataInputStream(new ByteArrayInputStream(bytes)));
      } catch (IOException damaged) {
        throw new UncheckedIOException(damaged);
      }
    };
  }

  /**
   * Returns a hash of the whole state, equal on every replica at the same slot. It must be cheap,
   * because members compare it regularly.
   */
  long hash();
}
