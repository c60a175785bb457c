package dev.synod.simulation.run;

import dev.synod.core.CommandRejected;
import dev.synod.core.StateMachine;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state machine that is simulated when no other is: numbered registers, which begin at 0. A
 * command is {@code key (4 bytes) · expected (8; -1 for any) · value (8)}, its result 1 or 0; a
 * question is a key, its answer the value.
 */
public final class Registers implements StateMachine {
  private final Map<Integer, Long> values = new TreeMap<>();
  private long hash;

  public static byte[] write(int key, long value) {
    return compareAndSet(key, -1, value);
  }

  static byte[] compareAndSet(int key, long expected, long value) {
    return ByteBuffer.allocate(20).putInt(key).putLong(expected).putLong(value).array();
  }

  static byte[] question(int key) {
    return ByteBuffer.allocate(4).putInt(key).array();
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    if (command.remaining() != 20) {
      throw new CommandRejected("a command has 20 bytes");
    }
    int key = command.getInt();
    long expected = command.getLong();
    long value = command.getLong();
    boolean holds = expected == -1 || values.getOrDefault(key, 0L) == expected;
    if (holds) {
      values.put(key, value);
    }
    hash = 31 * (31 * (31 * hash + key) + expected) + value;
    return new byte[] {(byte) (holds ? 1 : 0)};
  }

  @Override
  public byte[] query(ByteBuffer question) {
    return ByteBuffer.allocate(8).putLong(values.getOrDefault(question.getInt(), 0L)).array();
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    out.writeLong(hash);
    out.writeInt(values.size());
    for (Map.Entry<Integer, Long> entry : values.entrySet()) {
      out.writeInt(entry.getKey());
      out.writeLong(entry.getValue());
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    hash = in.readLong();
    values.clear();
    for (int size = in.readInt(); size > 0; size--) {
      values.put(in.readInt(), in.readLong());
    }
  }

  @Override
  public long hash() {
    return hash;
  }
}
