package dev.synod.core;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Composes several named state machines on one log. Each command and query starts with the name of
 * its state machine: {@code length of the name (1 byte) · name · the state machine's own bytes}.
 */
public final class StateMachines implements StateMachine {
  @SuppressWarnings("ArrayRecordComponent") // the record is never compared
  private record Named(byte[] name, String text, StateMachine machine) {}

  private final List<Named> machines;

  /**
   * Creates the composition.
   *
   * @param machines state machines by name; the order of the map has no effect
   */
  public StateMachines(Map<String, StateMachine> machines) {
    List<Named> list = new ArrayList<>();
    new TreeMap<>(machines)
        .forEach(
            (name, machine) -> {
              byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
              if (bytes.length < 1 || bytes.length > Byte.MAX_VALUE) {
                throw new IllegalArgumentException(
                    "the name of a state machine must have 1 to 127 bytes, but has "
                        + bytes.length);
              }
              list.add(new Named(bytes, name, machine));
            });
    this.machines = List.copyOf(list);
  }

  /**
   * Returns an array that starts with the address of a state machine.
   *
   * @param machine name of the state machine
   * @param length length of the command or query, which the caller writes to the end of the array
   */
  public static byte[] address(String machine, int length) {
    byte[] name = machine.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[1 + name.length + length];
    bytes[0] = (byte) name.length;
    System.arraycopy(name, 0, bytes, 1, name.length);
    return bytes;
  }

  /**
   * Thrown for a command to a state machine that this member lacks. It is an {@link Error} and not
   * a rejection: the other members apply the command, so this member's state would diverge
   * silently, and the member has to stop.
   */
  public static final class MachineMissing extends Error {
    private static final long serialVersionUID = 1L;

    MachineMissing(String name, String known) {
      super(
          "the log holds a command for the state machine '"
              + name
              + "', but this member has only "
              + known
              + ": start it with the same state machines as the other members");
    }
  }

  private StateMachine machine(ByteBuffer bytes) {
    int length = bytes.remaining() == 0 ? 0 : bytes.get();
    if (length < 1 || length > bytes.remaining()) {
      throw new CommandRejected("the command does not start with the name of a state machine");
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
    throw new MachineMissing(new String(array, offset, length, StandardCharsets.UTF_8), names());
  }

  /** Returns the name at the start of a command or query; empty if it has none. */
  public String nameIn(ByteBuffer bytes) {
    ByteBuffer from = bytes.duplicate();
    int length = from.hasRemaining() ? from.get() : 0;
    if (length < 1 || length > from.remaining()) {
      return "";
    }
    byte[] name = new byte[length];
    from.get(name);
    return new String(name, StandardCharsets.UTF_8);
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
  public long nextDeadline(long after) {
    long next = Long.MAX_VALUE;
    for (Named named : machines) {
      next = Math.min(next, named.machine.nextDeadline(after));
    }
    return next;
  }

  @Override
  public void timePassed(Context context) {
    for (Named named : machines) {
      if (named.machine.nextDeadline(Long.MIN_VALUE) <= context.time()) {
        named.machine.timePassed(context);
      }
    }
  }

  @Override
  public void leaderBegan(Context context) {
    for (Named named : machines) {
      named.machine.leaderBegan(context);
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

  /**
   * Writes the number of state machines, and for each of them its name and its {@link BlockStream}.
   */
  @Override
  public void snapshot(DataOutput out) throws IOException {
    Frozen all = freeze();
    all.write(out);
    all.close();
  }

  @Override
  public void restore(DataInput in) throws IOException {
    read(in).run();
  }

  @Override
  public Frozen freeze() {
    List<Frozen> states = machines.stream().map(named -> named.machine.freeze()).toList();
    return new Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        out.writeInt(states.size());
        for (int i = 0; i < states.size(); i++) {
          out.writeUTF(machines.get(i).text);
          try (OutputStream pieces = BlockStream.to(out)) {
            states.get(i).write(new DataOutputStream(pieces));
          }
        }
      }

      @Override
      public void close() {
        states.forEach(Frozen::close);
      }
    };
  }

  @Override
  public Runnable prepare(InputStream in) throws IOException {
    return read(new DataInputStream(in));
  }

  /**
   * Reads a snapshot. A state machine that is missing in the snapshot keeps its initial state,
   * because no member has applied a command for it.
   */
  private Runnable read(DataInput in) throws IOException {
    List<Runnable> states = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      StateMachine machine = named(name);
      InputStream pieces = BlockStream.from(in);
      states.add(machine.prepare(pieces));
      if (pieces.read() >= 0) {
        throw new IOException("the state machine '" + name + "' did not read all of its snapshot");
      }
    }
    return () -> states.forEach(Runnable::run);
  }

  private StateMachine named(String name) throws IOException {
    for (Named named : machines) {
      if (named.text.equals(name)) {
        return named.machine;
      }
    }
    throw new IOException(
        "the snapshot has the state of the state machine '"
            + name
            + "', but this member has only "
            + names()
            + ": start it with the same state machines as the other members");
  }

  private String names() {
    return machines.stream().map(Named::text).toList().toString();
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
