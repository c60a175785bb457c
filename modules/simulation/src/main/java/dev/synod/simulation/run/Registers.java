package dev.synod.simulation.run;

import dev.synod.core.CommandRejected;
import dev.synod.core.StateMachine;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state machine that is simulated when no other is: numbered registers, which begin at 0. A
 * command is {@code key (4 bytes) · expected (8; -1 for any) · value (8) · life (8)}, its result 1
 * or 0; a question is a key, its answer the value and its end. A value ends when it has lived so
 * many milliseconds of the log's time, and the register is 0 again; a life of 0 has no end.
 */
public final class Registers implements StateMachine {
  /** Told when a value ends. */
  interface Listener {
    void ended(int key, long value);
  }

  static final long NEVER = Long.MAX_VALUE;

  private final Map<Integer, Long> values = new TreeMap<>();

  /** The ends of the values that end. */
  private final Map<Integer, Long> ends = new TreeMap<>();

  private final Listener listener;
  private long hash;

  public Registers() {
    this((key, value) -> {});
  }

  Registers(Listener listener) {
    this.listener = listener;
  }

  public static byte[] write(int key, long value) {
    return compareAndSet(key, -1, value);
  }

  static byte[] writeFor(int key, long value, long life) {
    return command(key, -1, value, life);
  }

  static byte[] compareAndSet(int key, long expected, long value) {
    return command(key, expected, value, 0);
  }

  private static byte[] command(int key, long expected, long value, long life) {
    return ByteBuffer.allocate(28)
        .putInt(key)
        .putLong(expected)
        .putLong(value)
        .putLong(life)
        .array();
  }

  static byte[] question(int key) {
    return ByteBuffer.allocate(4).putInt(key).array();
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    if (command.remaining() != 28) {
      throw new CommandRejected("a command has 28 bytes");
    }
    int key = command.getInt();
    long expected = command.getLong();
    long value = command.getLong();
    long life = command.getLong();
    boolean holds = expected == -1 || values.getOrDefault(key, 0L) == expected;
    if (holds) {
      values.put(key, value);
      ends.remove(key);
      if (life > 0) {
        ends.put(key, context.time() + life);
      }
    }
    hash = 31 * (31 * (31 * (31 * hash + key) + expected) + value) + life;
    return new byte[] {(byte) (holds ? 1 : 0)};
  }

  @Override
  public long nextDeadline(long after) {
    return ends.values().stream().filter(end -> end > after).min(Long::compare).orElse(NEVER);
  }

  @Override
  public void timePassed(Context context) {
    List<Integer> keys =
        ends.keySet().stream().filter(key -> ends.get(key) <= context.time()).toList();
    for (int key : keys) {
      ends.remove(key);
      hash = 31 * hash + key;
      listener.ended(key, values.remove(key));
    }
  }

  @Override
  public byte[] query(ByteBuffer question) {
    int key = question.getInt();
    return ByteBuffer.allocate(16)
        .putLong(values.getOrDefault(key, 0L))
        .putLong(ends.getOrDefault(key, NEVER))
        .array();
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    out.writeLong(hash);
    out.writeInt(values.size());
    for (Map.Entry<Integer, Long> entry : values.entrySet()) {
      out.writeInt(entry.getKey());
      out.writeLong(entry.getValue());
      out.writeLong(ends.getOrDefault(entry.getKey(), NEVER));
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    hash = in.readLong();
    values.clear();
    ends.clear();
    for (int size = in.readInt(); size > 0; size--) {
      int key = in.readInt();
      values.put(key, in.readLong());
      long end = in.readLong();
      if (end != NEVER) {
        ends.put(key, end);
      }
    }
  }

  @Override
  public long hash() {
    return hash;
  }
}
