package dev.synod.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several state machines on one log, each with a name, which a command and a question begin with:
 * {@code length of the name (1 byte) · name · the machine's own bytes}.
 */
public final class Machines implements StateMachine {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Named(byte[] name, String text, StateMachine machine) {}

  private final List<Named> machines;

  /** These machines, by name; the order of the map does not matter. */
  public Machines(Map<String, StateMachine> machines) {
    List<Named> list = new ArrayList<>();
    new TreeMap<>(machines)
        .forEach(
            (name, machine) -> {
              byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
              if (bytes.length < 1 || bytes.length > Byte.MAX_VALUE) {
                throw new IllegalArgumentException(
                    "a state machine's name has 1 to 127 bytes, not " + bytes.length);
              }
              list.add(new Named(bytes, name, machine));
            });
    this.machines = List.copyOf(list);
  }

  /**
   * Bytes that begin with the address of the machine of this name.
   *
   * @param length of the command or question, for which there is room at the end
   */
  public static byte[] address(String machine, int length) {
    byte[] name = machine.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[1 + name.length + length];
    bytes[0] = (byte) name.length;
    System.arraycopy(name, 0, bytes, 1, name.length);
    return bytes;
  }

  /**
   * Thrown when a command is for a machine that this member does not have. It does not extend
   * {@link RuntimeException}'s usual path of a rejected command: members that have the machine
   * apply it, so this member's state would silently differ, and it has to stop.
   */
  public static final class MachineMissing extends Error {
    private static final long serialVersionUID = 1L;

    MachineMissing(String name, String known) {
      super(
          "the log holds a command for the state machine '"
              + name
              + "', and this member has only "
              + known
              + ": start it with the same state machines as the other members");
    }
  }

  private StateMachine machine(ByteBuffer bytes) {
    int length = bytes.remaining() == 0 ? 0 : bytes.get();
    if (length < 1 || length > bytes.remaining()) {
      throw new CommandRejected("it does not begin with the name of a state machine");
    }
    int start = bytes.position();
    byte[] array = bytes.array();
    int offset = bytes.arrayOffset() + start;
    bytes.position(start + length);
    for (Named named : machines) {
      if (Arrays.equals(named.name, 0, named.name.length, array, offset, offset + length)) {
        return named.machine;
      }
    }
    throw new MachineMissing(
        new String(array, offset, length, StandardCharsets.UTF_8),
        machines.stream().map(Named::text).toList().toString());
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    return machine(command).apply(context, command);
  }

  @Override
  public void sessionEnded(Context context) {
    for (Named named : machines) {
      named.machine.sessionEnded(context);
    }
  }

  @Override
  public byte[] query(ByteBuffer question) {
    return machine(question).query(question);
  }

  @Override
  public void applied(long slot) {
    for (Named named : machines) {
      named.machine.applied(slot);
    }
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    for (Named named : machines) {
      named.machine.snapshot(out);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    for (Named named : machines) {
      named.machine.restore(in);
    }
  }

  @Override
  public long hash() {
    long hash = 0;
    for (Named named : machines) {
      hash = 31 * hash + named.machine.hash();
    }
    return hash;
  }
}
