package dev.synod.simulation.oracle;

import dev.synod.core.StateMachine;
import dev.synod.simulation.world.Violation;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A state machine under the oracle's observation. A command is {@code number (8 bytes) · the
 * machine's own command}. The numbers are unique in a run.
 */
public final class CheckedStateMachine<M extends StateMachine> implements StateMachine {
  private final M machine;
  private final Consumer<? super M> invariant;
  private final Oracle.Replica replica;
  private long history;
  private long time;
  private long slot;

  public CheckedStateMachine(M machine, Consumer<? super M> invariant, Oracle.Replica replica) {
    this.machine = machine;
    this.invariant = invariant;
    this.replica = replica;
  }

  public static byte[] command(long number, byte[] command) {
    return ByteBuffer.allocate(Long.BYTES + command.length).putLong(number).put(command).array();
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    long number = command.getLong();
    replica.command(context.slot(), number, context.session());
    if (context.time() < time) {
      throw new Violation("the time in the log falls at slot " + context.slot());
    }
    time = context.time();
    if (machine.nextDeadline(Long.MIN_VALUE) <= time) {
      throw new Violation("a command at slot " + context.slot() + " sees what has ended");
    }
    history = 31 * (31 * history + number) + time;
    return machine.apply(context, command.slice());
  }

  @Override
  public long nextDeadline(long after) {
    return machine.nextDeadline(after);
  }

  @Override
  public void timePassed(Context context) {
    if (context.time() < time) {
      throw new Violation("the time in the log falls at slot " + context.slot());
    }
    time = context.time();
    history = 31 * history + time;
    machine.timePassed(context);
    if (machine.nextDeadline(Long.MIN_VALUE) <= time) {
      throw new Violation("a deadline is still there when its time has passed");
    }
  }

  @Override
  public void leaderBegan(Context context) {
    machine.leaderBegan(context);
  }

  @Override
  public byte[] query(ByteBuffer question) {
    return machine.query(question);
  }

  @Override
  public void sessionEnded(Context context) {
    replica.sessionEnded(context.slot(), context.session());
    history = 31 * history - context.session();
    machine.sessionEnded(context);
  }

  @Override
  public void applied(long slot) {
    this.slot = slot;
    machine.applied(slot);
    history = 31 * history + slot;
    replica.slot(slot, 31 * history + machine.hash());
    invariant.accept(machine);
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    out.writeLong(history);
    out.writeLong(time);
    out.writeLong(slot);
    machine.snapshot(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    history = in.readLong();
    time = in.readLong();
    slot = in.readLong();
    machine.restore(in);
    replica.restored(slot, hash());
  }

  @Override
  public long hash() {
    return 31 * history + machine.hash();
  }
}
