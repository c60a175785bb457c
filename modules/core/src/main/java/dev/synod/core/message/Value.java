package dev.synod.core.message;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The value of one slot: a batch of commands and the leader's timestamp.
 *
 * <p>One block of bytes holds the commands in the format of this class; the block travels and is
 * stored as it is, so that acceptors never decode it. Consecutive commands of a session share a
 * header: {@code session (8 bytes) · sequence of the first (8) · acknowledged (8) · number of
 * commands (4)}, followed by {@code length (4) · payload} for each command; big-endian.
 *
 * <p>Immutable, as long as callers do not write to the arrays that they pass and receive.
 */
public final class Value {
  private static final int HEADER = 3 * Long.BYTES + Integer.BYTES;

  /** Maximum size of a command in the block besides its payload, in bytes. */
  public static final int COMMAND_OVERHEAD = HEADER + Integer.BYTES;

  /**
   * Maximum size of the payload of a command, in bytes: 32 MiB. Every other limit follows from it:
   * of a value, of a record of the log, and of a message between members. A larger command is
   * refused before it is numbered, so that nothing is accepted that cannot be stored and sent.
   */
  public static final int MAX_COMMAND = 32 << 20;

  /** Maximum size of the block of a value, in bytes: one command of the maximum size. */
  public static final int MAX_BLOCK = MAX_COMMAND + COMMAND_OVERHEAD;

  private static final byte[] NOTHING = {};

  private final long time;
  private final int commands;
  private final byte[] block;

  private Value(long time, int commands, byte[] block) {
    this.time = time;
    this.commands = commands;
    this.block = block;
  }

  /** Returns a value without commands, which fills a gap. */
  public static Value noOp(long time) {
    return new Value(time, 0, NOTHING);
  }

  /**
   * Returns the value of an encoded block.
   *
   * @param time leader's timestamp in milliseconds since 1970
   * @param block encoded commands, which are kept without a copy
   * @throws IllegalArgumentException if the block is not a sequence of whole commands
   */
  public static Value of(long time, byte[] block) {
    ByteBuffer rest = ByteBuffer.wrap(block);
    int commands = 0;
    while (rest.hasRemaining()) {
      if (rest.remaining() < HEADER) {
        throw new IllegalArgumentException("a value ends within a header");
      }
      rest.position(rest.position() + 3 * Long.BYTES);
      int count = rest.getInt();
      if (count < 1 || count > rest.remaining() / Integer.BYTES) {
        throw new IllegalArgumentException(
            "a header of " + count + " commands, before " + rest.remaining() + " bytes");
      }
      for (int i = 0; i < count; i++) {
        int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
        if (length < 0 || length > rest.remaining()) {
          throw new IllegalArgumentException("a value ends within a command");
        }
        rest.position(rest.position() + length);
      }
      commands += count;
    }
    return new Value(time, commands, block);
  }

  /**
   * Returns the timestamp of the leader that first proposed the value, in milliseconds since 1970;
   * it never decreases in the log.
   */
  public long time() {
    return time;
  }

  /** Returns the number of commands. */
  public int commands() {
    return commands;
  }

  /** Returns the encoded commands; the caller must not write to the array. */
  public byte[] block() {
    return block;
  }

  /** Receives the commands of a value in order. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Receives one command.
     *
     * @param session session of the command
     * @param sequence number of the command within the session
     * @param acknowledged sequence up to which results need not be remembered
     * @param payload view of the value's bytes, readable only during the call
     */
    void command(long session, long sequence, long acknowledged, ByteBuffer payload);
  }

  /** Passes each command to the visitor. */
  public void forEach(Visitor visitor) {
    ByteBuffer rest = ByteBuffer.wrap(block);
    while (rest.hasRemaining()) {
      long session = rest.getLong();
      long first = rest.getLong();
      long acknowledged = rest.getLong();
      int count = rest.getInt();
      for (int i = 0; i < count; i++) {
        int end = rest.getInt() + rest.position();
        rest.limit(end);
        visitor.command(session, first + i, acknowledged, rest);
        rest.limit(block.length).position(end);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value that && time == that.time && Arrays.equals(block, that.block);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(time) + Arrays.hashCode(block);
  }

  @Override
  public String toString() {
    return commands == 0 ? "no-op" : commands + " commands, " + block.length + " bytes";
  }

  /** Collects commands into a value; reusable after {@link #build}. */
  public static final class Builder {
    private static final int USUAL_BYTES = 4 << 10;

    /** Size up to which the memory of a value is kept for the next one. */
    private static final int KEPT_BYTES = 1 << 20;

    private ByteBuffer bytes = ByteBuffer.allocate(USUAL_BYTES);
    private int commands;

    // Fields of the last header:
    private int header;
    private long session;
    private long acknowledged;
    private long next;
    private int count;

    /** Appends a command; its payload is copied. */
    public Builder add(Command command) {
      byte[] payload = command.payload();
      reserve(COMMAND_OVERHEAD + payload.length);
      if (commands == 0 || !continues(command)) {
        header = bytes.position();
        session = command.session();
        acknowledged = command.acknowledged();
        count = 0;
        bytes.putLong(session).putLong(command.sequence()).putLong(acknowledged).putInt(count);
      }
      next = command.sequence() + 1;
      commands++;
      bytes.putInt(header + HEADER - Integer.BYTES, ++count);
      bytes.putInt(payload.length).put(payload);
      return this;
    }

    private boolean continues(Command command) {
      return command.session() == session
          && command.sequence() == next
          && command.acknowledged() == acknowledged;
    }

    private void reserve(int more) {
      if (more > bytes.remaining()) {
        int needed = Math.addExact(bytes.position(), more);
        int roomy = (int) Math.min(Integer.MAX_VALUE - 8, 2L * needed);
        bytes = ByteBuffer.allocate(roomy).put(bytes.flip());
      }
    }

    /** Returns the size of the commands so far, in bytes. */
    public int size() {
      return bytes.position();
    }

    /**
     * Builds the value and empties the builder.
     *
     * @param time leader's timestamp in milliseconds since 1970
     */
    public Value build(long time) {
      Value value = new Value(time, commands, Arrays.copyOf(bytes.array(), bytes.position()));
      bytes = bytes.capacity() > KEPT_BYTES ? ByteBuffer.allocate(USUAL_BYTES) : bytes.clear();
      commands = 0;
      return value;
    }
  }
}
